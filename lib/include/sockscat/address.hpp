// SPDX-License-Identifier: MIT
/// \file
/// Where a connection goes: a host name or an IP address, and a port. Nothing is looked up here.
#pragma once

#include <sockscat/export.hpp>
#include <sockscat/result.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sockscat {

/// An IPv4 address in network byte order.
struct ipv4_address {
    std::array<std::uint8_t, 4> bytes{}; ///< the most significant first
    /// True for the same address.
    bool operator==(const ipv4_address&) const = default;
};

/// An IPv6 address in network byte order; no zone.
struct ipv6_address {
    std::array<std::uint8_t, 16> bytes{}; ///< the most significant first
    /// True for the same address.
    bool operator==(const ipv6_address&) const = default;
};

/// A host name as it is sent: 0 to 255 bytes. parse_host() makes clean ones; those that a proxy
/// sent may contain any byte and may be empty.
struct host_name {
    std::string text; ///< without a NUL at the end
    /// True for the same bytes: upper and lower case differ.
    bool operator==(const host_name&) const = default;
};

/// A host: a name that someone else may look up, or an IP address.
using host = std::variant<host_name, ipv4_address, ipv6_address>;

/// A target, or a bound address (BND.ADDR, BND.PORT of RFC 1928) that a proxy reported.
struct address {
    /// A name of no length, and port 0.
    address() = default;
    /// A host with a port.
    address(sockscat::host where, std::uint16_t at) : host{std::move(where)}, port{at} {}

    sockscat::host host;   ///< name or IP address
    std::uint16_t port{0}; ///< 0 where no port is meant
    /// True for the same host and port.
    bool operator==(const address&) const = default;
};

/// An IP address from its text ("192.0.2.1", "2001:db8::1"; strict, no zone, no brackets). An
/// IPv4-mapped IPv6 address becomes the IPv4 address. Nothing if the text is not an address.
SOCKSCAT_EXPORT std::optional<host> parse_ip(std::string_view text);

/// A host from its text: an IP address, or a name of 1 to 255 bytes, whose final dot is dropped. A
/// name that is not ASCII is read as UTF-8 and becomes its "xn--" form (IDNA 2008, which needs
/// library::idn2). Errors, failure::usage: no text; an ASCII character other than letters, digits,
/// '-', '_' and '.'; numbers with dots that are not an IPv4 address.
SOCKSCAT_EXPORT result<host> parse_host(std::string_view text);

/// The same, with `called` in place of the text in an error: for a text that must not be shown.
SOCKSCAT_EXPORT result<host> parse_host(std::string_view text, std::string_view called);

/// The IPv4 address inside an IPv4-mapped IPv6 address, anything else as it is.
SOCKSCAT_EXPORT host unmapped(const host& value);

/// True for 0.0.0.0, ::, and a name of no length: an address that names no host.
SOCKSCAT_EXPORT bool is_unspecified(const host& value);

/// True for addresses without a meaning elsewhere: loopback, RFC 1918, link-local, fc00::/7.
SOCKSCAT_EXPORT bool is_private(const host& value);

/// True for 127.0.0.0/8 and ::1.
SOCKSCAT_EXPORT bool is_loopback(const host& value);

/// The text of a host, escaped; IPv6 without brackets.
SOCKSCAT_EXPORT std::string to_string(const host& value);

/// "host:port", IPv6 in brackets, escaped.
SOCKSCAT_EXPORT std::string to_string(const address& value);

} // namespace sockscat
