// SPDX-License-Identifier: MIT
/// What CONNECT, BIND and UDP ASSOCIATE have in common: dial the hop, run the handshake, one limit.
#pragma once

#include "proto/handshake.hpp"
#include "setup.hpp"
#include "within.hpp"

#include <sockscat/client.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sockscat::net {

/// The request for a hop; its views point into `hop`.
proto::handshake_request request_for(
    const proxy_spec& hop,
    proto::request_command command,
    const address& destination,
    const handshake_options& options);

/// What would be refused before the first packet. `destination` may be any that fits the command.
result<void> check_request(
    const connect_options& options, proto::request_command command, const address& destination);

/// 0.0.0.0:0, or [::]:0 if `over` is IPv6 (protocol.md section 7.2).
address anywhere(const stream& over);

/// A handshake that has been granted, or listens.
struct granted {
    granted() = default;

    std::unique_ptr<stream> over;
    std::unique_ptr<proto::exchange> machine;
};

/// Dials the hop and asks for `destination`, or without one for anywhere().
asio::awaitable<result<granted>> ask(
    const connect_options& options,
    proto::request_command command,
    const std::optional<address>& destination,
    setup& where);

/// The destinations to try: itself, or the addresses of its name if the hop leaves that to us.
asio::awaitable<result<std::vector<address>>> candidates(
    const connect_options& options, const address& destination, setup& where);

/// The failure of what was going on when `limit` ran out.
error timed_out(const setup& where, std::chrono::milliseconds limit);

/// `operation` under a limit (0: none); then the observer is told that it has ended.
template <class T>
asio::awaitable<result<T>> limited(
    std::chrono::milliseconds limit, asio::awaitable<result<T>> operation, setup& where) {
    using clock = std::chrono::steady_clock;
    where.ends_at(limit.count() == 0 ? clock::time_point::max() : clock::now() + limit);
    auto ended = co_await within(limit, std::move(operation));
    if (where.watch() != nullptr)
        where.watch()->on_end();
    if (!ended)
        co_return timed_out(where, limit);
    co_return std::move(*ended);
}

} // namespace sockscat::net
