// SPDX-License-Identifier: MIT
/// \file
/// Connecting to a target through a chain of proxies.
///
///     sockscat::connect_options options;            // a named object: g++ 12 frees an aggregate
///     options.chain.push_back(std::move(proxy));    // temporary in a co_await expression twice
///     const sockscat::address target{sockscat::host_name{"example.com"}, 443};
///     auto made = co_await sockscat::connect(options, target);
///     if (!made)
///         report(to_string(made.error()));
///     else
///         co_await made.value().io().write(bytes);
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
    strongest,       ///< the strongest that the proxy grants, integrity at least
    none,            ///< no protection at all, if the proxy chooses that (not in the RFC)
    integrity,       ///< messages cannot be altered, but read
    confidentiality, ///< messages can neither be altered nor read
};

/// Failures of GSSAPI in error::code: about tickets (with failure::credentials), or about messages
/// that are malformed or were tampered with.
SOCKSCAT_EXPORT const std::error_category& gssapi_category();

/// Which addresses are used for names that are looked up on this machine.
enum class address_family : std::uint8_t {
    any,  ///< IPv6 and IPv4
    ipv4, ///< IPv4 only
    ipv6, ///< IPv6 only
};

/// How a handshake with one hop goes.
struct handshake_options {
    /// The usual methods. (User-declared, so that it is not an aggregate, which g++ 12 frees twice
    /// as a temporary of a co_await expression. So it is in all structs here.)
    handshake_options() = default;

    /// SOCKS5: what to offer, in this order, and then `authenticators`; gost_tls_password goes
    /// along with gost_tls. Both empty: none, and password if the hop has credentials.
    std::vector<auth_method> methods;
    /// SOCKS5: methods that the program speaks itself (hooks.hpp).
    std::vector<authenticator> authenticators;
    /// auth_method::gssapi: the service of the proxy's principal, `SERVICE@HOST`.
    std::string gssapi_service{"socks"};
    /// auth_method::gssapi: the protection to ask for, and the least that is accepted.
    gssapi_protection protection{gssapi_protection::strongest};
    /// SOCKS5: greeting, authentication and request in one write, without waiting for answers;
    /// needs exactly one method, none or password.
    bool pipeline{false};
    /// Told what happens (trace.hpp); not owned, may be null, must outlive the operation.
    observer* watch{nullptr};
};

/// What is asked of connect() and the other operations; many of them may share it.
struct connect_options {
    connect_options() = default;

    /// The hops, nearest first; at least one, at most max_hops.
    std::vector<proxy_spec> chain;
    /// For names that are looked up on this machine.
    address_family family{address_family::any};
    /// Absolute limit for everything from the first lookup to the last reply; 0 is no limit.
    std::chrono::milliseconds time_limit{30'000};
    /// How much of time_limit had passed before the call; messages name the whole limit. Operations
    /// with a limit for each of several connections ignore it.
    std::chrono::milliseconds time_spent{0};
    /// TLS with the target inside the tunnel; its certificate must match the target's host, or
    /// tls_settings::servername. Nothing: no TLS.
    std::optional<tls_settings> tls;
    /// Makes the stream to the first hop; empty: TCP, or a Unix socket (hooks.hpp).
    dial_function dial;
    /// `methods`, `authenticators`, GSSAPI and `pipeline` are for the last hop; the ones before it
    /// are offered none, and password if they have credentials, one message after the other.
    handshake_options handshake;

    /// A copy with copies of the passwords; the observer and the functions are the same.
    SOCKSCAT_EXPORT [[nodiscard]] connect_options clone() const;
};

/// The longest chain.
inline constexpr std::size_t max_hops = 64;

/// An open tunnel. Owns the stream, which is closed with it; movable.
class connection {
  public:
    /// A tunnel over this stream; `bound` is what bound() returns.
    SOCKSCAT_EXPORT connection(std::unique_ptr<stream> tunnel, address bound);

    /// Data in both directions.
    [[nodiscard]] stream& io() { return *stream_; }
    /// The stream itself, for instance to put another one on top of it. io() is gone then.
    [[nodiscard]] std::unique_ptr<stream> take() { return std::move(stream_); }
    /// BND.ADDR and BND.PORT as the proxy reported them, for information. Never connect to them:
    /// many proxies report zeros or an address of their own.
    [[nodiscard]] const address& bound() const { return bound_; }

  private:
    std::unique_ptr<stream> stream_;
    address bound_;
};

/// What connect() would refuse before its first packet, without doing anything: failure::usage.
SOCKSCAT_EXPORT result<void> check(const connect_options& options, const address& destination);

/// Reads the files of all TLS settings in use, the target's included, once for everything that is
/// done with these options or a clone(): read_tls_files() of tls.hpp. Errors: failure::usage.
SOCKSCAT_EXPORT result<void> read_tls_files(connect_options& options);

/// Connects to `destination`, the target (port 1 to 65535), through the chain. Who looks its name
/// up is said by the last hop's URL (proxy_spec::names). Both arguments are borrowed until the
/// awaitable is done.
///
/// When this machine looks the name up (socks4, socks5), every address of the target is tried in
/// turn, as long as the proxy says that it cannot reach the one before. Proxies with several
/// addresses are dialled in the manner of RFC 8305.
///
/// Errors: every `failure` but `stream`; error::hop says which proxy it is about. Cancelling
/// (asio::cancellation_type::terminal) closes everything that was opened and leaves nothing
/// running, except perhaps a name lookup that owns its state and ends by itself; the result of a
/// cancelled operation is an error of no particular kind. The executor must be serial: one thread
/// that runs its io_context, or a strand.
SOCKSCAT_EXPORT asio::awaitable<result<connection>> connect(
    const connect_options& options, const address& destination);

/// The handshake alone, over a stream that the program already has, such as adopt_socket() of
/// socket_stream.hpp or another tunnel: asks `proxy` for a CONNECT to `destination`, the target.
/// Nothing is looked up: a name goes to the proxy as a name, whatever proxy_spec::names says.
/// Nothing is dialled either, and TLS with the proxy is up to the program (tls.hpp), whatever
/// proxy_spec::via says. Reads nothing after the reply: what comes next is data. Sets no time
/// limit. Takes the stream and gives it back inside the connection, wrapped if the method protects
/// what follows; after an error it is closed. The other arguments are borrowed until the awaitable
/// is done. Errors as for connect(). Cancelling closes the stream.
SOCKSCAT_EXPORT asio::awaitable<result<connection>> handshake(
    std::unique_ptr<stream> over,
    const proxy_spec& proxy,
    const address& destination,
    const handshake_options& options);

} // namespace sockscat
