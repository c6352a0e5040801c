// SPDX-License-Identifier: MIT
/// The error that a failure reply of SOCKS5 is.
#pragma once

#include "handshake.hpp"

#include <sockscat/error.hpp>

#include <cstdint>

namespace sockscat::proto {

/// `code`: REP. The hop is not filled in.
error socks5_refusal(std::uint8_t code, phase at, const handshake_request& request);

} // namespace sockscat::proto
