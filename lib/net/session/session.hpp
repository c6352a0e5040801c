// SPDX-License-Identifier: MIT
/// What CONNECT, BIND and UDP ASSOCIATE have in common: dial the hop, run the handshake, one limit.
#pragma once

#include "net/setup.hpp"
#include "net/within.hpp"
#include "proto/handshake.hpp"

#include <sockscat/client.hpp>

#include <cstddef>
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

/// What the methods need: credentials, a library.
result<void> check_methods(const proxy_spec& hop, const handshake_options& options);

/// What would be refused before the first packet. `destination` may be any that fits the command.
result<void> check_request(
    const connect_options& options, proto::request_command command, const address& destination);

/// A handshake that has been granted, or listens.
struct granted {
    granted() = default;

    std::unique_ptr<stream> over;
    std::unique_ptr<proto::exchange> machine;
    /// The hop's IP address and port as it was reached: by us, or as the hop before was told.
    /// Nothing for a Unix socket, and for a name that another hop looks up.
    std::optional<address> proxy;
    /// After connect_through(): the destination as the hop was told.
    std::optional<address> reached;
};

/// A stream to hop `index` (0 is the nearest), through all hops before it, and with TLS if its URL
/// says so. Errors name the hop that they are about. Afterwards `where` is at that hop.
asio::awaitable<result<granted>> reach_hop(
    const connect_options& options, std::size_t index, setup& where);

/// Whether others can read along what is sent to hop `index` over `reached`.
bool is_in_clear(const connect_options& options, std::size_t index, const stream& reached);

/// Reaches hop `index` and asks it for `destination`, or without one for "anywhere" (zeros of the
/// family of the connection, protocol.md section 7.2).
asio::awaitable<result<granted>> ask(
    const connect_options& options,
    std::size_t index,
    proto::request_command command,
    const std::optional<address>& destination,
    setup& where);

/// A CONNECT at hop `index`; if the hop leaves names to us, each address of the destination in
/// turn, as long as the hop says that it cannot reach the one before.
asio::awaitable<result<granted>> connect_through(
    const connect_options& options, std::size_t index, const address& destination, setup& where);

/// The destinations to try at a hop: itself, or the addresses of its name if the hop leaves that to
/// us. `otherwise` is the failure if the name has none.
asio::awaitable<result<std::vector<address>>> candidates(
    const proxy_spec& hop,
    address_family family,
    const address& destination,
    failure otherwise,
    setup& where);

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
