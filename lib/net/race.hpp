// SPDX-License-Identifier: MIT
/// Several addresses, one connection (RFC 8305, "Happy Eyeballs").
#pragma once

#include "socket_stream.hpp"

#include <asio/awaitable.hpp>
#include <asio/ip/address.hpp>

#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

namespace sockscat::net {

struct race_result {
    std::optional<stream_socket> socket;
    std::error_code code; ///< of the first address that failed, if none succeeded
};

/// The addresses in the order of attempts: families alternate, beginning with that of the first.
std::vector<asio::ip::address> interleave(const std::vector<asio::ip::address>& addresses);

/// Connects to the first address that answers. Losers are closed. Cancelling closes all.
asio::awaitable<race_result> race(
    const std::vector<asio::ip::address>& addresses, std::uint16_t port);

} // namespace sockscat::net
