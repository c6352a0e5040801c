// SPDX-License-Identifier: MIT
/// Datagrams as the observer is told of them.
#pragma once

#include "net/setup.hpp"

#include <sockscat/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace sockscat::net {

/// A header, and how many bytes of data follow it: data is never traced.
void notify_datagram(
    const setup& where, direction way, std::span<const std::uint8_t> header, std::size_t data);

} // namespace sockscat::net
