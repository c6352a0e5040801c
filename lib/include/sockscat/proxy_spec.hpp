// SPDX-License-Identifier: MIT
/// \file
/// A proxy URL as a value: how to reach a proxy, which protocol it speaks, who resolves names.
#pragma once

#include <sockscat/credentials.hpp>
#include <sockscat/export.hpp>
#include <sockscat/result.hpp>
#include <sockscat/tls_settings.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sockscat {

/// The protocol spoken with a hop.
enum class proxy_protocol : std::uint8_t {
    socks4, ///< SOCKS4, and SOCKS4a where the target is a name
    socks5, ///< RFC 1928
    http,   ///< HTTP CONNECT with Basic authentication (RFC 9110 section 9.3.6); TCP only
};

/// Who looks up the target's name.
enum class name_resolution : std::uint8_t {
    local, ///< this machine, before anything is sent (socks4, socks5)
    proxy, ///< the proxy (socks4a, socks5h); no query leaves this machine
};

/// The longest path of a Unix socket: sun_path of Linux, without its NUL.
inline constexpr std::size_t max_unix_path = 107;

/// What carries a hop's protocol: a TCP connection or a Unix socket, as it is or inside TLS.
struct transport {
    transport() = default;
    /// True if both are the same.
    bool operator==(const transport&) const = default;

    /// Path of the Unix socket; empty: TCP, to proxy_settings::host and port.
    std::string unix_path;
    /// TLS on the connection to the hop, before its first byte.
    bool tls{false};

    /// A Unix socket, with or without TLS.
    [[nodiscard]] bool is_unix() const { return !unix_path.empty(); }
    /// TCP without TLS.
    [[nodiscard]] bool is_plain_tcp() const { return !is_unix() && !tls; }
};

/// Everything about one hop except the login, which is not to be copied by accident.
struct proxy_settings {
    proxy_settings() = default;

    proxy_protocol protocol{proxy_protocol::socks5}; ///< what it speaks
    name_resolution names{name_resolution::proxy};   ///< who looks up the target's name
    transport via;                                   ///< how it is reached
    /// Name or IP address of the proxy, without brackets; a zone ("fe80::1%eth0") may follow. Empty
    /// for a Unix socket.
    std::string host;
    std::uint16_t port{1080}; ///< 1 to 65535; not used with a Unix socket
    /// Query key `password-file`: the file whose first line is the password, or empty. Reading it
    /// is up to the program.
    std::string password_file;
    /// Query key `clear`: sending a password to this proxy in clear text is accepted.
    bool accepts_clear{false};
    /// Whom to trust with transport::tls and with auth_method::gost_tls.
    tls_settings trust;
    /// The URL names a scheme.
    bool explicit_scheme{false};
};

/// One hop: a proxy with its login. Movable, not copyable (it owns a password); see clone().
struct proxy_spec : proxy_settings {
    proxy_spec() = default;

    /// User name and password; nothing if the URL has no user information.
    std::optional<credentials> login;

    /// A copy, with a copy of the password.
    SOCKSCAT_EXPORT [[nodiscard]] proxy_spec clone() const;
    /// "host:port" (IPv6 in brackets) or the socket's path, escaped: the hop's name in messages.
    SOCKSCAT_EXPORT [[nodiscard]] std::string label() const;
    /// The URL in its usual form, with its keys, but without the password; percent-encoded, so that
    /// it can be parsed again.
    SOCKSCAT_EXPORT [[nodiscard]] std::string url() const;
};

/// Parses `[scheme[+tls|+unix]://][user[:password]@]host[:port][?key=value&...]`. Schemes: socks4,
/// socks4a, socks5, socks5h (the default), http, https. User information is split at the first ':'
/// and percent-decoded. A ':' before the last '@' makes everything up to that '@' user information,
/// in which '/', '?' and '#' must be percent-encoded. The grammar is that of proxy settings, not
/// that of RFC 3986: the scheme may be missing, and a path means a Unix socket.
///
/// Errors are failure::usage; they quote nothing that may be a password.
SOCKSCAT_EXPORT result<proxy_spec> parse_proxy_url(std::string_view url);

/// The URL with "***" in place of find_password(), escaped, and cut if it is long. For messages.
SOCKSCAT_EXPORT std::string redact_url(std::string_view url);

/// A part of a text.
struct text_range {
    std::size_t offset; ///< where it begins, in bytes
    std::size_t length; ///< how long it is, in bytes
};

/// The password in `url`, to overwrite it in an argument list. In a text that cannot be parsed,
/// everything that may be a password: all but the scheme and what is certainly a host and port.
/// Nothing if there is none.
SOCKSCAT_EXPORT std::optional<text_range> find_password(std::string_view url);

} // namespace sockscat
