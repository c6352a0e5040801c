// SPDX-License-Identifier: MIT
/// Reaching a destination through a proxy.
///
///     sockscat::connect_options options;            // a named object: g++ 12 frees an aggregate
///     options.chain.push_back(std::move(proxy));    // temporary in a co_await expression twice
///     const sockscat::address destination{sockscat::host_name{"example.com"}, 443};
///     auto made = co_await sockscat::connect(options, destination);
///     if (!made)
///         report(to_string(made.error()));
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/asio_version.hpp>
#include <sockscat/auth_method.hpp>
#include <sockscat/export.hpp>
#include <sockscat/hooks.hpp>
#include <sockscat/proxy_spec.hpp>
#include <sockscat/result.hpp>
#include <sockscat/stream.hpp>
#include <sockscat/tls_settings.hpp>
#include <sockscat/trace.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace sockscat {

/// Per-message protection of GSSAPI (RFC 1961 section 4).
enum class gssapi_protection : std::uint8_t {
    strongest, ///< the strongest that the proxy grants, integrity at least
    none,      ///< no protection at all, if the proxy wants that (not in the RFC)
    integrity,
    confidentiality,
};

/// Failures of GSSAPI: tickets (with failure::credentials), messages that are broken or were
/// tampered with.
SOCKSCAT_EXPORT const std::error_category& gssapi_category();

/// Which addresses are used for names that are looked up on this machine.
enum class address_family : std::uint8_t { any, ipv4, ipv6 };

/// How a handshake with one hop goes.
struct handshake_options {
    handshake_options() = default; // no aggregate: see CONTRIBUTING.md, Style

    /// SOCKS5: what to offer, in this order, and then `authenticators`; gost_tls_password goes
    /// along with gost_tls. Both empty: none, and password if the hop has credentials.
    std::vector<auth_method> methods;
    /// SOCKS5: methods that the caller speaks himself (hooks.hpp).
    std::vector<authenticator> authenticators;
    /// auth_method::gssapi: the service of the proxy's principal, SERVICE@HOST.
    std::string gssapi_service{"socks"};
    gssapi_protection protection{gssapi_protection::strongest};
    /// Send greeting, authentication and request in one segment; needs exactly one method.
    bool pipeline{false};
    /// Told what happens; not owned, may be null, must outlive the operation.
    observer* watch{nullptr};
};

/// What the caller wants of connect(); may be shared by many of them.
struct connect_options {
    connect_options() = default;

    /// The hops, nearest first; at least one, at most max_hops.
    std::vector<proxy_spec> chain;
    /// For names that are looked up on this machine.
    address_family family{address_family::any};
    /// Absolute limit for everything from the first lookup to the last reply; 0 is no limit.
    std::chrono::milliseconds time_limit{30'000};
    /// How much of time_limit had gone by before the call; messages tell the whole of it. What has
    /// a limit for each of several connections does not count it.
    std::chrono::milliseconds time_spent{0};
    /// TLS with the destination inside the tunnel, verified for the destination's host unless
    /// tls_settings::servername says otherwise; nothing: none.
    std::optional<tls_settings> tls;
    /// Makes the stream to the first hop; empty: TCP, or a Unix socket (hooks.hpp).
    dial_function dial;
    /// `methods`, `authenticators`, GSSAPI and `pipeline` are for the last hop; the ones before it
    /// are offered none, and password if they have credentials, one message after the other.
    handshake_options handshake;

    /// A copy with passwords of its own; the observer and the functions are the same.
    SOCKSCAT_EXPORT [[nodiscard]] connect_options clone() const;
};

/// The longest chain.
inline constexpr std::size_t max_hops = 64;

/// A tunnel that stands. Owns the stream; movable.
class connection {
  public:
    SOCKSCAT_EXPORT connection(std::unique_ptr<stream> tunnel, address bound);

    /// Payload both ways.
    [[nodiscard]] stream& io() { return *stream_; }
    /// The stream itself, for a caller that puts another one on top of it.
    [[nodiscard]] std::unique_ptr<stream> take() { return std::move(stream_); }
    /// BND.ADDR and BND.PORT as the proxy reported them; informational, never connect to them: many
    /// proxies fill in zeros or an address of their own.
    [[nodiscard]] const address& bound() const { return bound_; }

  private:
    std::unique_ptr<stream> stream_;
    address bound_;
};

/// What connect() would refuse before its first packet, without doing anything: failure::usage.
SOCKSCAT_EXPORT result<void> check(const connect_options& options, const address& destination);

/// Reads the files of all TLS settings in use, the destination's as well, once for all that is done
/// with these options or a clone(): read_tls_files() of tls.hpp. Errors: failure::usage.
SOCKSCAT_EXPORT result<void> read_tls_files(connect_options& options);

/// Connects to `destination` (port 1 to 65535) through the chain. Who looks its name up is the
/// hop's business (proxy_spec::names). Both arguments are borrowed until the awaitable is done.
///
/// When the hop leaves names to us (socks4, socks5) every address of the destination is tried in
/// turn, as long as the proxy says that it cannot reach the one before; proxies with several
/// addresses are dialled in the manner of RFC 8305.
///
/// Errors: every `failure` but `stream`. Cancelling closes all that was opened and leaves nothing
/// running but, perhaps, a name lookup that owns its state and ends by itself; the result of a
/// cancelled operation is an error of no particular kind. The executor must be serial: one thread
/// that runs its io_context, or a strand.
SOCKSCAT_EXPORT asio::awaitable<result<connection>> connect(
    const connect_options& options, const address& destination);

/// The handshake alone, over a stream that the caller already has (through another tunnel, say):
/// asks `proxy` for a CONNECT to `destination`. Nothing is looked up: a name goes to the proxy as a
/// name, whatever proxy_spec::names says; proxy_spec::tls is the caller's business too (tls.hpp).
/// Reads nothing behind the reply: what comes next is payload. Sets no time limit. Takes the stream
/// and gives it back inside the connection, wrapped if the method says so; after an error it is
/// closed. The other arguments are borrowed until the awaitable is done.
SOCKSCAT_EXPORT asio::awaitable<result<connection>> handshake(
    std::unique_ptr<stream> over,
    const proxy_spec& proxy,
    const address& destination,
    const handshake_options& options);

} // namespace sockscat
