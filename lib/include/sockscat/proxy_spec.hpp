// SPDX-License-Identifier: MIT
/// A proxy URL as a value: how to reach one hop, what it speaks, who resolves names.
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
    socks4,
    socks5,
    http, ///< HTTP CONNECT with Basic authentication (RFC 9110 section 9.3.6); TCP only
};

/// Who turns the destination's name into an address.
enum class name_resolution : std::uint8_t {
    local, ///< this machine, before anything is sent (socks4, socks5)
    proxy, ///< the proxy (socks4a, socks5h); no query leaves this machine
};

/// The longest path of a Unix socket: sun_path of Linux, without its NUL.
inline constexpr std::size_t max_unix_path = 107;

/// What carries a hop's protocol: a TCP connection or a Unix socket, as it is or inside TLS.
struct transport {
    transport() = default;
    bool operator==(const transport&) const = default;

    /// Path of the Unix socket; empty: TCP, to proxy_settings::host and port.
    std::string unix_path;
    /// TLS on the connection to the hop, before its first byte.
    bool tls{false};

    [[nodiscard]] bool is_unix() const { return !unix_path.empty(); }
    /// TCP, and nothing around it.
    [[nodiscard]] bool is_plain_tcp() const { return !is_unix() && !tls; }
};

/// All that is known of one hop but the login, which is not to be copied by chance.
struct proxy_settings {
    proxy_settings() = default;

    proxy_protocol protocol{proxy_protocol::socks5};
    name_resolution names{name_resolution::proxy};
    transport via;
    /// Name or IP address of the proxy, without brackets; a zone ("fe80::1%eth0") may follow. Empty
    /// for a Unix socket.
    std::string host;
    std::uint16_t port{1080};
    /// Query key `password-file`: the file whose first line is the password, or empty.
    std::string password_file;
    /// Query key `clear`: a password in clear text on the way to this proxy is known and accepted.
    bool accepts_clear{false};
    /// Whom to trust with transport::tls and with auth_method::gost_tls.
    tls_settings trust;
    /// The scheme was spelled out, not left to the default.
    bool explicit_scheme{false};
};

/// One hop. Movable, not copyable (it owns a password).
struct proxy_spec : proxy_settings {
    proxy_spec() = default;

    /// Not there when the URL has no user information.
    std::optional<credentials> login;

    /// A copy with a password of its own.
    SOCKSCAT_EXPORT [[nodiscard]] proxy_spec clone() const;
    /// "host:port" (IPv6 in brackets) or the socket's path, escaped: the hop's name in messages.
    /// parse_proxy_url() takes no host that would need it.
    SOCKSCAT_EXPORT [[nodiscard]] std::string label() const;
    /// The URL in its usual form, with its keys, but without password. Percent-encoded, so that it
    /// can be parsed again.
    SOCKSCAT_EXPORT [[nodiscard]] std::string url() const;
};

/// Parses `[scheme[+tls|+unix]://][user[:password]@]host[:port][?key=value&...]`. User information
/// is split at the first ':' and percent-decoded. A ':' before the last '@' makes everything up to
/// that '@' user information, in which '/', '?' and '#' must be percent-encoded. The grammar
/// is that of proxy settings, not RFC 3986 (the scheme may be missing, a path means a Unix socket),
/// which is why no general URL library is used.
///
/// Errors are failure::usage; they quote nothing that may be a password.
SOCKSCAT_EXPORT result<proxy_spec> parse_proxy_url(std::string_view url);

/// The URL with "***" in place of find_password(), escaped, and cut if it is long. For messages.
SOCKSCAT_EXPORT std::string redact_url(std::string_view url);

/// A part of a text.
struct text_range {
    std::size_t offset;
    std::size_t length;
};

/// The password in `url`; of a text that does not parse all that may be one, which leaves its
/// scheme and what is a host and port for certain. Nothing if there is none. For blanking it in an
/// argument list.
SOCKSCAT_EXPORT std::optional<text_range> find_password(std::string_view url);

} // namespace sockscat
