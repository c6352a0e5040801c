// SPDX-License-Identifier: MIT
/// Several addresses, one connection (RFC 8305, "Happy Eyeballs").
#pragma once

#include "net/stream/socket_stream.hpp"

#include <asio/awaitable.hpp>
#include <asio/ip/address.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

namespace sockscat::net {

struct race_result {
    std::optional<stream_socket> socket;
    stream_endpoint peer; ///< what `socket` is connected to
    std::error_code code; ///< of the first address that failed, if none succeeded
};

struct race_limits {
    /// A few bytes will cross, each side waiting for the other: no socket option is worth a call,
    /// but the one that lets the first bytes acknowledge the connection.
    bool is_brief{false};
    /// Then it is lost: ETIMEDOUT.
    std::chrono::steady_clock::time_point until{std::chrono::steady_clock::time_point::max()};
};

/// The addresses in the order of attempts: families alternate, beginning with that of the first.
std::vector<asio::ip::address> interleave(const std::vector<asio::ip::address>& addresses);

/// Connects to the first address that answers. Losers are closed. Cancelling closes all.
asio::awaitable<race_result> race(
    const std::vector<asio::ip::address>& addresses, std::uint16_t port, race_limits limits = {});

} // namespace sockscat::net
