// SPDX-License-Identifier: MIT
/// The handshakes: what is asked of one hop, checked before a byte is sent, as a state machine.
#pragma once

#include "exchange.hpp"
#include "proto/auth/chap.hpp"
#include "socks5.hpp"

#include <sockscat/proxy_spec.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace sockscat::proto {

/// What the proxy is asked to do.
enum class request_command : std::uint8_t {
    connect,
    bind,
    udp_associate,
    resolve,     ///< Tor's RESOLVE: bound() is the answer (socks-extensions.txt)
    resolve_ptr, ///< Tor's RESOLVE_PTR, SOCKS5 only
};

/// True for Tor's commands, which ask about a host without a port.
constexpr bool is_lookup(request_command command) {
    return command == request_command::resolve || command == request_command::resolve_ptr;
}

/// What one hop is asked. The views are borrowed until the handshake ends.
struct handshake_request {
    proxy_protocol protocol{proxy_protocol::socks5};
    request_command command{request_command::connect};
    /// DST.ADDR, DST.PORT: where to connect to, who is expected to call (BIND), where datagrams
    /// will come from (UDP ASSOCIATE), what is asked about (RESOLVE, RESOLVE_PTR; port 0). A name
    /// goes to the proxy as a name (SOCKS4: as SOCKS4a).
    address destination;
    /// SOCKS5: the methods to offer, in this order; SOCKS4 has none.
    std::vector<socks5::method> methods{socks5::method::none};
    /// Those of `methods` that the driver speaks itself (step::action::authenticate).
    std::vector<socks5::method> foreign_methods;
    /// SOCKS5 user name, SOCKS4 USERID.
    std::string_view user;
    std::string_view password;
    /// CHAP needs it.
    chap::hmac_function hmac{nullptr};
    /// GSSAPI: a context for this handshake alone, the level to ask for (the strongest it has if
    /// there is none), and the least that is accepted.
    std::shared_ptr<security_context> security;
    std::optional<protection_level> wanted_protection;
    protection_level least_protection{protection_level::integrity};
    /// Send everything in one go; needs exactly one method, none or password.
    bool pipeline{false};
};

/// Why the protocol cannot carry a request (failure::usage): IPv6 over
/// SOCKS4, or UDP or RESOLVE_PTR over SOCKS4, anything but CONNECT over HTTP, RESOLVE_PTR of a
/// name, a name, user name or password over 255 bytes, a NUL in a USERID, port 0 in a CONNECT, a
/// SOCKS4 destination in 0.0.0.0/24 (it would mean a name; 0.0.0.0 itself is anyone in a BIND), no
/// method or, to pipeline, more than one or one that needs answers.
result<void> check_handshake(const handshake_request& request);

/// The machine for a request that passes check_handshake(), and has what its methods work with.
result<std::unique_ptr<exchange>> make_handshake(const handshake_request& request);

} // namespace sockscat::proto
