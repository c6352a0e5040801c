// SPDX-License-Identifier: MIT
/// Where a stream goes: a host name or an IP address, and a port. No lookup happens here.
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
    std::array<std::uint8_t, 4> bytes{};
    bool operator==(const ipv4_address&) const = default;
};

/// An IPv6 address in network byte order; no zone.
struct ipv6_address {
    std::array<std::uint8_t, 16> bytes{};
    bool operator==(const ipv6_address&) const = default;
};

/// A host name as it goes on the wire: 0 to 255 bytes. parse_host() makes clean ones; those that a
/// peer sent may hold any byte and may be empty.
struct host_name {
    std::string text;
    bool operator==(const host_name&) const = default;
};

using host = std::variant<host_name, ipv4_address, ipv6_address>;

/// A destination, or a bound address (BND.ADDR, BND.PORT) that a proxy reported.
struct address {
    address() = default;
    address(sockscat::host where, std::uint16_t at) : host{std::move(where)}, port{at} {}

    sockscat::host host;
    std::uint16_t port{0};
    bool operator==(const address&) const = default;
};

/// An IP address from its text ("192.0.2.1", "2001:db8::1"; strict, no zone, no brackets). An
/// IPv4-mapped IPv6 address becomes the IPv4 address. Nothing if the text is no address.
SOCKSCAT_EXPORT std::optional<host> parse_ip(std::string_view text);

/// An address, or a name of 1 to 255 bytes, without its final dot. What is not ASCII is taken as
/// UTF-8, in its "xn--" form (IDNA 2008, library::idn2). failure::usage: ASCII that is neither a
/// letter nor a digit nor '-', '_' or '.', no text, numbers with dots that are not an IPv4 address.
SOCKSCAT_EXPORT result<host> parse_host(std::string_view text);

/// The same with another name for the host in the error, where the text itself must not be shown.
SOCKSCAT_EXPORT result<host> parse_host(std::string_view text, std::string_view called);

/// The IPv4 address inside an IPv4-mapped IPv6 address, anything else as it is.
SOCKSCAT_EXPORT host unmapped(const host& value);

/// True for 0.0.0.0, ::, and a name of no length: an address that says nothing.
SOCKSCAT_EXPORT bool is_unspecified(const host& value);

/// True for addresses that mean nothing to a host elsewhere: loopback, RFC 1918, link-local,
/// fc00::/7.
SOCKSCAT_EXPORT bool is_private(const host& value);

/// True for 127.0.0.0/8 and ::1.
SOCKSCAT_EXPORT bool is_loopback(const host& value);

/// The text of a host, escaped; IPv6 without brackets.
SOCKSCAT_EXPORT std::string to_string(const host& value);

/// "host:port", IPv6 in brackets, escaped.
SOCKSCAT_EXPORT std::string to_string(const address& value);

} // namespace sockscat
