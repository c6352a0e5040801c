// SPDX-License-Identifier: MIT
/// BIND: a port at the proxy that takes one inbound connection (RFC 1928 section 4; SOCKS4).
///
///     auto waiting = co_await sockscat::bind(options, std::nullopt);
///     tell(waiting.value().callable());               // who is to call learns where
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

/// The proxy listens. Owns the connection to the proxy; destroying it ends the listening. Movable.
class listener {
  public:
    struct state; // internal

    explicit listener(std::unique_ptr<state> owned);
    SOCKSCAT_EXPORT listener(listener&&) noexcept;
    SOCKSCAT_EXPORT listener& operator=(listener&&) noexcept;
    SOCKSCAT_EXPORT ~listener();

    /// BND.ADDR and BND.PORT as the proxy said them.
    SOCKSCAT_EXPORT [[nodiscard]] const address& bound() const;
    /// Where a peer can call: bound(), with an address that says nothing (0.0.0.0, ::, no name)
    /// replaced by the proxy's own as we reached it (SOCKS4.protocol).
    SOCKSCAT_EXPORT [[nodiscard]] address callable() const;
    /// The proxy's address as we reached it; nothing over a Unix socket.
    SOCKSCAT_EXPORT [[nodiscard]] std::optional<address> proxy() const;

    /// Waits for the second reply; nothing is sent meanwhile. connection::bound() is then the peer
    /// that called, which is not compared with the one expected. `limit`: 0 is no limit. Errors:
    /// refused (the second reply), closed (the proxy gave up), protocol, timeout. To be called
    /// once; cancelling it leaves a listener that is good for nothing but destroying.
    SOCKSCAT_EXPORT asio::awaitable<result<connection>> accept(std::chrono::milliseconds limit);

  private:
    std::unique_ptr<state> state_;
};

/// Has the proxy listen for `peer`, or for anybody. A peer's port may be 0, for any; if its name is
/// ours to look up (socks4, socks5) its first address is taken. connect_options::time_limit bounds
/// all up to the first reply. Both arguments are borrowed until the awaitable is done, the observer
/// until the listener has accepted. Errors and cancelling as for connect().
SOCKSCAT_EXPORT asio::awaitable<result<listener>> bind(
    const connect_options& options, const std::optional<address>& peer);

/// What bind() would refuse before its first packet, without doing anything: failure::usage.
SOCKSCAT_EXPORT result<void> check_bind(
    const connect_options& options, const std::optional<address>& peer);

} // namespace sockscat
