// SPDX-License-Identifier: MIT
/// What a proxy is asked, one question a connection. Each has one answer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sockscat::probing {

/// Named for what is sent.
enum class question : std::uint8_t {
    // Methods: a greeting that offers them, and a login where that is chosen and there is one.
    either, ///< 05 02 00 02, or a longer list with both
    none,   ///< 05 01 00
    password,
    gssapi,
    chap,
    control_method, ///< a made-up one, with the rare ones if nothing came of that
    gost_tls,

    // Commands of SOCKS5.
    connect,         ///< to the reserved name
    control_command, ///< a made-up one
    bind,
    udp_associate,
    resolve,     ///< of an address, written as a name
    resolve_ptr, ///< of 0.0.0.0
    unpipelined, ///< the answer above that `pipelined` is compared with
    pipelined,   ///< the same request in one segment with the greeting

    socks4,         ///< an unassigned command
    socks4_bind,    ///< if nothing came of that, or there is nothing newer
    socks4_connect, ///< to the reserved name
    socks4_target,  ///< CONNECT to a target's IPv4 address
    socks4a_target, ///< CONNECT to a target, as a name
    socks4a_resolve,

    tls, ///< a ClientHello, and the greeting inside

    // HTTP.
    http_connect, ///< CONNECT to the reserved name, without a login
    http_login,   ///< the same with the login
    http_control, ///< a made-up request
    http_page,    ///< as a web server is asked
};
inline constexpr std::size_t question_count = 26;

} // namespace sockscat::probing
