// SPDX-License-Identifier: MIT
/// Hops of a chain reached through those before, and asked: what CONNECT, BIND and UDP ASSOCIATE
/// have in common.
#pragma once

#include "net/setup.hpp"
#include "proto/handshake.hpp"

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace sockscat::net {

/// A stream to a hop.
struct reached_hop {
    reached_hop() = default;

    std::unique_ptr<stream> over;
    /// The hop's IP address and port as it was reached: by us, or as the hop before was told.
    /// Nothing for a Unix socket, and for a name that another hop looks up.
    std::optional<address> proxy;
};

/// A handshake that has been granted, or listens.
struct granted : reached_hop {
    granted() = default;

    std::unique_ptr<proto::exchange> machine;
};

/// A stream to hop `index` (0 is the nearest), through all hops before it, and with TLS if its URL
/// says so. Errors name the hop that they are about. Afterwards `where` is at that hop.
asio::awaitable<result<reached_hop>> reach_hop(
    const connect_options& options, std::size_t index, setup& where);

/// Whether others can read along what is sent to hop `index` over `reached`.
bool is_in_clear(const connect_options& options, std::size_t index, const stream& reached);

/// Reaches hop `index` and asks it for `destination`, or without one for "anywhere": zeros of the
/// family of the connection, since many proxies take nothing else.
asio::awaitable<result<granted>> ask(
    const connect_options& options,
    std::size_t index,
    proto::request_command command,
    const std::optional<address>& destination,
    setup& where);

/// A tunnel, and the destination as the last hop of it was told.
struct tunnel {
    tunnel() = default;

    granted made;
    address told;
};

/// A CONNECT at hop `index`; if the hop leaves names to us, each address of the destination in
/// turn, as long as the hop says that it cannot reach the one before.
asio::awaitable<result<tunnel>> connect_through(
    const connect_options& options, std::size_t index, const address& destination, setup& where);

/// The destinations to try at a hop: itself, or the addresses of its name if the hop leaves that to
/// us. `otherwise` is the failure if the name has none.
asio::awaitable<result<std::vector<address>>> candidates(
    const proxy_spec& hop,
    address_family family,
    const address& destination,
    failure otherwise,
    setup& where);

} // namespace sockscat::net
