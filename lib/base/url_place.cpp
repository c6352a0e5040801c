// SPDX-License-Identifier: MIT
#include "url_place.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace sockscat::base {
namespace {

constexpr const char* rule = "; expected [USER:PASSWORD@]HOST:PORT";

std::optional<std::uint16_t> port_from(std::string_view text) {
    unsigned value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || code != std::errc{} || end != text.data() + text.size() || value < 1 ||
        value > 65535)
        return std::nullopt;
    return static_cast<std::uint16_t>(value);
}

// What may be meant by a place that is none; empty if nothing is known.
std::string advice_for(std::string_view text) {
    const std::string folded = lower(text);
    if (folded.find("%3a%2f%2f") != std::string::npos)
        return "only user name and password are percent-encoded, not the whole URL";
    if (folded.find("%40") != std::string::npos) // no '@' is in a place
        return "the @ before the host is not percent-encoded";
    return is_login_last(text) ? login_goes_first : "";
}

error bad_place(const std::string& cause, std::string_view text) {
    return usage_error(cause + rule, advice_for(text));
}

result<void> apply_port(const url_parts& url, std::string_view text, proxy_settings& hop) {
    const auto port = port_from(text);
    if (!port)
        return bad_place(
            shown(url, url_part::port, "port", text) +
                " of the proxy URL is not a number from 1 to 65535",
            url.host_port);
    hop.port = *port;
    return {};
}

result<void> apply_ipv6(const url_parts& url, proxy_settings& hop) {
    const std::string_view inside = url.host_port.substr(1);
    const cut literal = cut_at(inside, inside.find(']'));
    const cut zone = cut_at(literal.head, literal.head.find('%'));
    const std::string host = shown(url, url_part::host, "host", url.host_port);
    if (!literal.found || zone.head.find(':') == std::string_view::npos || !parse_ip(zone.head))
        return bad_place(
            host + " of the proxy URL is not an IPv6 address in brackets", url.host_port);
    hop.host = std::string{zone.head};
    if (zone.found) { // RFC 6874 writes the '%' of a zone as %25
        const std::string_view name = zone.tail.starts_with("25") ? zone.tail.substr(2) : zone.tail;
        if (name.empty() || !parse_host(name))
            return usage_error(
                "bad zone after the IPv6 address " + quote(zone.head) + " of the proxy URL");
        hop.host += "%" + std::string{name};
    }
    if (literal.tail.empty())
        return {};
    if (literal.tail.front() != ':')
        return bad_place("text after the ']' of the proxy URL", url.host_port);
    return apply_port(url, literal.tail.substr(1), hop);
}

result<void> apply_host(const url_parts& url, proxy_settings& hop) {
    const std::string_view text = url.host_port;
    if (text.starts_with('['))
        return apply_ipv6(url, hop);
    if (text.find(':') != std::string_view::npos && parse_ip(text))
        return usage_error(
            shown(url, url_part::host, "host", text) +
            " of the proxy URL: put IPv6 addresses in brackets");
    const cut parts = cut_at(text, text.find(':'));
    if (parts.tail.find(':') != std::string_view::npos)
        return bad_place("too many ':' in the proxy URL", text);
    if (parts.head.empty())
        return usage_error("the proxy URL has no host");
    // The system would take it for an address, 27100 for 0.0.105.220.
    if (parts.head.find_first_not_of("0123456789") == std::string_view::npos)
        return usage_error("the proxy URL has a number instead of a host: write HOST:PORT");
    auto parsed = parse_host(parts.head, shown(url, url_part::host, "host", parts.head));
    if (!parsed)
        return bad_place("in the proxy URL: " + parsed.error().cause, text);
    hop.host = to_string(parsed.value());
    return parts.found ? apply_port(url, parts.tail, hop) : result<void>{};
}

result<void> apply_unix_path(std::string_view text, proxy_settings& hop) {
    auto path = percent_decode(text);
    if (!path)
        return usage_error("bad percent-escape in the socket path of the proxy URL");
    if (path->size() <= 1 || path->find('\0') != std::string::npos)
        return usage_error("the proxy URL has no socket path");
    if (path->size() > max_unix_path)
        return usage_error(
            "the socket path of the proxy URL has " + std::to_string(path->size()) +
            " bytes; at most 107 are allowed");
    hop.via.unix_path = *path;
    return {};
}

} // namespace

bool is_login_last(std::string_view text) {
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    const std::size_t colon = text.find(':', std::min(bracket, text.size()));
    if (colon == std::string_view::npos)
        return false;
    const std::string_view host = text.substr(0, colon);
    const bool is_host = bracket != 0 || parse_ip(host) || host.find('.') != std::string_view::npos;
    const std::string_view behind = text.substr(colon + 1);
    const cut port = cut_at(behind, behind.find(':'));
    return is_host && port_from(port.head) && port.tail.find(':') != std::string_view::npos;
}

result<void> apply_place(const url_parts& parts, bool says_unix, proxy_settings& hop) {
    if (says_unix) {
        if (!parts.host_port.empty() && lower(parts.host_port) != "localhost")
            return usage_error("+unix takes a path, not a host: write scheme+unix:///path");
        return apply_unix_path(parts.path, hop);
    }
    const bool has_path = parts.path.size() > 1; // "host:port/" is common in $ALL_PROXY
    if (has_path && lower(parts.host_port) == "localhost")
        return apply_unix_path(parts.path, hop);
    if (has_path)
        return usage_error("the proxy URL has a path after its host");
    return apply_host(parts, hop);
}

} // namespace sockscat::base
