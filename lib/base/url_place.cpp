// SPDX-License-Identifier: MIT
#include "url_place.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <charconv>

namespace sockscat::base {
namespace {

result<void> apply_port(std::string_view text, proxy_settings& hop) {
    unsigned value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || code != std::errc{} || end != text.data() + text.size() || value < 1 ||
        value > 65535)
        return usage_error(
            "port " + shown(url_part::port, text) +
            " of the proxy URL is not a number from 1 to 65535");
    hop.port = static_cast<std::uint16_t>(value);
    return {};
}

result<void> apply_ipv6(std::string_view text, proxy_settings& hop) {
    const std::string_view inside = text.substr(1);
    const cut literal = cut_at(inside, inside.find(']'));
    const cut zone = cut_at(literal.head, literal.head.find('%'));
    if (!literal.found || zone.head.find(':') == std::string_view::npos || !parse_ip(zone.head))
        return usage_error(
            "host " + shown(url_part::host, text) +
            " of the proxy URL is no IPv6 address in brackets");
    hop.host = std::string{zone.head};
    if (zone.found) { // RFC 6874 writes the '%' of a zone as %25
        const std::string_view name = zone.tail.starts_with("25") ? zone.tail.substr(2) : zone.tail;
        if (name.empty() || !parse_host(name))
            return usage_error(
                "bad zone in host " + shown(url_part::host, text) + " of the proxy URL");
        hop.host += "%" + std::string{name};
    }
    if (literal.tail.empty())
        return {};
    if (literal.tail.front() != ':')
        return usage_error(
            "unexpected " + shown(url_part::port, literal.tail) +
            " after the host of the proxy URL");
    return apply_port(literal.tail.substr(1), hop);
}

result<void> apply_host(std::string_view text, proxy_settings& hop) {
    if (text.starts_with('['))
        return apply_ipv6(text, hop);
    const cut parts = cut_at(text, text.find(':'));
    if (parts.tail.find(':') != std::string_view::npos)
        return usage_error(
            "host " + shown(url_part::host, text) +
            " of the proxy URL: an IPv6 address goes in brackets");
    if (parts.head.empty())
        return usage_error("the proxy URL has no host");
    // The system would take it for an address, 27100 for 0.0.105.220.
    if (parts.head.find_first_not_of("0123456789") == std::string_view::npos)
        return usage_error(
            "the proxy URL has no host but the number " + shown(url_part::host, parts.head) +
            ": write HOST:PORT");
    auto parsed = parse_host(parts.head);
    if (!parsed)
        return usage_error("proxy URL: " + parsed.error().cause);
    hop.host = to_string(parsed.value());
    return parts.found ? apply_port(parts.tail, hop) : result<void>{};
}

result<void> apply_unix_path(std::string_view text, proxy_settings& hop) {
    auto path = percent_decode(text);
    if (!path)
        return usage_error("bad percent-escape in the socket path of the proxy URL");
    if (path->size() <= 1 || path->find('\0') != std::string::npos)
        return usage_error("the proxy URL has no socket path");
    if (path->size() > max_unix_path)
        return usage_error(
            "socket path of " + std::to_string(path->size()) +
            " bytes in the proxy URL, at most 107 fit");
    hop.via.unix_path = *path;
    return {};
}

} // namespace

result<void> apply_place(const url_parts& parts, bool says_unix, proxy_settings& hop) {
    if (says_unix) {
        if (!parts.host_port.empty() && lower(parts.host_port) != "localhost")
            return usage_error(
                "host " + shown(url_part::host, parts.host_port) +
                " beside +unix: write scheme+unix:///path");
        return apply_unix_path(parts.path, hop);
    }
    const bool has_path = parts.path.size() > 1; // "host:port/" is common in $ALL_PROXY
    if (has_path && lower(parts.host_port) == "localhost")
        return apply_unix_path(parts.path, hop);
    if (has_path)
        return usage_error(
            "unexpected path " + shown(url_part::path, parts.path) + " in the proxy URL");
    return apply_host(parts.host_port, hop);
}

} // namespace sockscat::base
