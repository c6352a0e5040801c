// SPDX-License-Identifier: MIT
/// \file
/// BIND: a port at the proxy that accepts one connection (RFC 1928 section 4; SOCKS4).
///
///     auto waiting = co_await sockscat::bind(options, std::nullopt);
///     tell(waiting.value().callable());               // where the peer is to connect to
///     auto made = co_await waiting.value().accept(std::chrono::minutes{2});
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/client.hpp>
#include <sockscat/export.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace sockscat {

/// A port on which the proxy listens. Owns the connection to the proxy; destroying it ends the
/// listening. Movable; a moved-from listener can only be destroyed or assigned to.
class listener {
  public:
    struct state; // internal

    /// Made by bind().
    explicit listener(std::unique_ptr<state> owned);
    /// Takes over the connection of another listener.
    SOCKSCAT_EXPORT listener(listener&&) noexcept;
    /// Closes its own connection and takes over that of another listener.
    SOCKSCAT_EXPORT listener& operator=(listener&&) noexcept;
    /// Closes the connection to the proxy.
    SOCKSCAT_EXPORT ~listener();

    /// BND.ADDR and BND.PORT as the proxy reported them.
    SOCKSCAT_EXPORT [[nodiscard]] const address& bound() const;
    /// Where a peer can connect to: bound(), with an unspecified address (0.0.0.0, ::, no name)
    /// replaced by the proxy's own as it was reached (as the SOCKS4 memo says).
    SOCKSCAT_EXPORT [[nodiscard]] address callable() const;
    /// The proxy's address as it was reached; nothing over a Unix socket.
    SOCKSCAT_EXPORT [[nodiscard]] std::optional<address> proxy() const;

    /// Waits for the second reply; nothing is sent meanwhile. connection::bound() is then the peer
    /// that connected, which is not compared with the expected one. `limit`: 0 is no limit. Errors:
    /// refused (the second reply), closed (the proxy gave up), protocol, timeout. To be called
    /// once; after cancelling it the listener can only be destroyed.
    SOCKSCAT_EXPORT asio::awaitable<result<connection>> accept(std::chrono::milliseconds limit);

  private:
    std::unique_ptr<state> state_;
};

/// Has the proxy listen for `peer`, or for anyone. The port of a peer may be 0, for any; if this
/// machine looks up its name (socks4, socks5), its first address is used.
/// connect_options::time_limit covers everything up to the first reply. Both arguments are borrowed
/// until the awaitable is done, the observer until the listener has accepted. Errors and cancelling
/// as for connect().
SOCKSCAT_EXPORT asio::awaitable<result<listener>> bind(
    const connect_options& options, const std::optional<address>& peer);

/// What bind() would refuse before its first packet, without doing anything: failure::usage.
SOCKSCAT_EXPORT result<void> check_bind(
    const connect_options& options, const std::optional<address>& peer);

} // namespace sockscat
