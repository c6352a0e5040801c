// SPDX-License-Identifier: MIT
/// Reaching the first hop.
#pragma once

#include "net/setup.hpp"

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

#include <memory>

namespace sockscat::net {

/// Looks the hop's name up (failure::proxy_name) and connects to its addresses in the manner of
/// RFC 8305: families alternate, the next attempt starts 250 ms after the one before or as soon as
/// that has failed, the first to connect wins and the others are closed. Or connects to its Unix
/// socket. TCP_NODELAY and keep-alive are on. Errors: failure::proxy_unreachable, or
/// failure::stream if it is this process that has no descriptors or memory left.
asio::awaitable<result<std::unique_ptr<stream>>> dial(
    const proxy_spec& hop, address_family family, setup& where);

} // namespace sockscat::net
