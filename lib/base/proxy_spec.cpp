// SPDX-License-Identifier: MIT
#include <sockscat/proxy_spec.hpp>

#include "url_text.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace sockscat {
namespace {

using namespace base;

struct scheme_entry {
    std::string_view name;
    proxy_protocol protocol;
    name_resolution names;
};

constexpr scheme_entry schemes[] = {
    {"socks4", proxy_protocol::socks4, name_resolution::local},
    {"socks4a", proxy_protocol::socks4, name_resolution::proxy},
    {"socks5", proxy_protocol::socks5, name_resolution::local},
    {"socks5h", proxy_protocol::socks5, name_resolution::proxy},
    {"socks", proxy_protocol::socks5, name_resolution::proxy},
    {"http", proxy_protocol::http, name_resolution::proxy},
};

constexpr std::uint16_t http_port = 3128;
constexpr std::uint16_t https_port = 443;

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_scheme_name(std::string_view text) {
    const std::string name = lower(text);
    return std::any_of(std::begin(schemes), std::end(schemes), [&](const scheme_entry& s) {
        return s.name == name;
    });
}

// Other spellings of a scheme with +tls.
constexpr std::pair<std::string_view, std::string_view> tls_spellings[] = {
    {"socks5s", "socks5+tls"}, {"socks5hs", "socks5h+tls"}, {"https", "http+tls"}};

std::string usual_spelling(std::string scheme) {
    for (const auto& [other, usual] : tls_spellings)
        if (scheme == other)
            return std::string{usual};
    return scheme;
}

// Fills protocol and names; tells whether the scheme says +unix.
result<bool> apply_scheme(std::string_view text, proxy_spec& spec) {
    const std::string scheme = usual_spelling(lower(text));
    const cut parts = cut_at(scheme, scheme.find('+'));
    for (const scheme_entry& entry : schemes) {
        if (entry.name != parts.head)
            continue;
        if (parts.found && parts.tail != "unix" && parts.tail != "tls")
            break;
        spec.protocol = entry.protocol;
        spec.names = entry.names;
        spec.explicit_scheme = true;
        spec.tls = parts.tail == "tls";
        if (entry.protocol == proxy_protocol::http)
            spec.port = spec.tls ? https_port : http_port;
        return parts.tail == "unix";
    }
    return usage_error(
        "unknown proxy scheme " + quote(text) +
        " (socks4, socks4a, socks5, socks5h, http, with +tls or +unix)");
}

result<void> apply_user_info(const url_parts& parts, proxy_spec& spec) {
    if (!parts.has_user_info)
        return {};
    const cut info = cut_at(parts.user_info, parts.user_info.find(':'));
    if (parts.scheme.empty() && is_scheme_name(info.head))
        return usage_error(
            "user name " + quote(info.head) + " in the proxy URL: write " + std::string{info.head} +
            "://");
    auto user = percent_decode(info.head);
    auto password = percent_decode(info.tail);
    struct wiper { // the decoded copy must not outlive this function
        std::optional<std::string>& text;
        ~wiper() {
            if (text)
                wipe(std::span<char>{*text});
        }
    } const guard{password};
    if (!user)
        return usage_error("bad percent-escape in the user name " + quote(info.head));
    if (!password)
        return usage_error("bad percent-escape in the password of the proxy URL");
    if (user->size() > max_credential_size || password->size() > max_credential_size)
        return usage_error("user name or password of the proxy URL is longer than 255 bytes");
    if (user->find('\0') != std::string::npos || password->find('\0') != std::string::npos)
        return usage_error("user name or password of the proxy URL has a NUL byte");
    if (info.found && spec.protocol == proxy_protocol::socks4)
        return usage_error("SOCKS4 has no password: the proxy URL may have a user name only");
    spec.login.emplace();
    spec.login->user = *user;
    if (info.found)
        spec.login->password.emplace(*password);
    return {};
}

result<void> apply_port(std::string_view text, proxy_spec& spec) {
    unsigned value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || code != std::errc{} || end != text.data() + text.size() || value < 1 ||
        value > 65535)
        return usage_error(
            "port " + quote(text) + " of the proxy URL is not a number from 1 to 65535");
    spec.port = static_cast<std::uint16_t>(value);
    return {};
}

result<void> apply_ipv6(std::string_view text, proxy_spec& spec) {
    const std::string_view inside = text.substr(1);
    const cut literal = cut_at(inside, inside.find(']'));
    const cut zone = cut_at(literal.head, literal.head.find('%'));
    if (!literal.found || zone.head.find(':') == std::string_view::npos || !parse_ip(zone.head))
        return usage_error(
            "host " + quote(text) + " of the proxy URL is no IPv6 address in brackets");
    spec.host = std::string{zone.head};
    if (zone.found) { // RFC 6874 writes the '%' of a zone as %25
        const std::string_view name = zone.tail.starts_with("25") ? zone.tail.substr(2) : zone.tail;
        if (name.empty() || !parse_host(name))
            return usage_error("bad zone in host " + quote(text) + " of the proxy URL");
        spec.host += "%" + std::string{name};
    }
    if (literal.tail.empty())
        return {};
    if (literal.tail.front() != ':')
        return usage_error(
            "unexpected " + quote(literal.tail) + " after the host of the proxy URL");
    return apply_port(literal.tail.substr(1), spec);
}

result<void> apply_host(std::string_view text, proxy_spec& spec) {
    if (text.starts_with('['))
        return apply_ipv6(text, spec);
    const cut parts = cut_at(text, text.find(':'));
    if (parts.tail.find(':') != std::string_view::npos)
        return usage_error(
            "host " + quote(text) + " of the proxy URL: an IPv6 address goes in brackets");
    if (parts.head.empty())
        return usage_error("the proxy URL has no host");
    // The system would take it for an address, 27100 for 0.0.105.220.
    if (parts.head.find_first_not_of("0123456789") == std::string_view::npos)
        return usage_error(
            "the proxy URL has no host but the number " + quote(parts.head) + ": write HOST:PORT");
    auto parsed = parse_host(parts.head);
    if (!parsed)
        return usage_error("proxy URL: " + parsed.error().cause);
    spec.host = to_string(parsed.value());
    return parts.found ? apply_port(parts.tail, spec) : result<void>{};
}

result<void> apply_unix_path(std::string_view text, proxy_spec& spec) {
    auto path = percent_decode(text);
    if (!path)
        return usage_error("bad percent-escape in the socket path of the proxy URL");
    if (path->size() <= 1 || path->find('\0') != std::string::npos)
        return usage_error("the proxy URL has no socket path");
    if (path->size() > max_unix_path)
        return usage_error(
            "socket path of " + std::to_string(path->size()) +
            " bytes in the proxy URL, at most 107 fit");
    spec.unix_path = *path;
    return {};
}

result<void> apply_place(const url_parts& parts, bool says_unix, proxy_spec& spec) {
    if (says_unix) {
        if (!parts.host_port.empty() && lower(parts.host_port) != "localhost")
            return usage_error(
                "host " + quote(parts.host_port) + " beside +unix: write scheme+unix:///path");
        return apply_unix_path(parts.path, spec);
    }
    const bool has_path = parts.path.size() > 1; // "host:port/" is common in $ALL_PROXY
    if (has_path && lower(parts.host_port) == "localhost")
        return apply_unix_path(parts.path, spec);
    if (has_path)
        return usage_error("unexpected path " + quote(parts.path) + " in the proxy URL");
    return apply_host(parts.host_port, spec);
}

// Where the value of a key goes; null for an unknown key.
std::string* place_of(std::string_view key, proxy_spec& spec) {
    if (key == "password-file")
        return &spec.password_file;
    if (key == "cacert")
        return &spec.trust.cacert;
    if (key == "cert")
        return &spec.trust.cert;
    if (key == "key")
        return &spec.trust.key;
    if (key == "servername")
        return &spec.trust.servername;
    return nullptr;
}

result<void> apply_insecure(std::string_view value, proxy_spec& spec) {
    if (value != "1")
        return usage_error(
            "key \"insecure\" of the proxy URL has the one value 1, not " + quote(value));
    if (spec.trust.insecure)
        return usage_error("key \"insecure\" stands twice in the proxy URL");
    spec.trust.insecure = true;
    return {};
}

result<void> apply_key(std::string_view pair, proxy_spec& spec) {
    const cut parts = cut_at(pair, pair.find('='));
    if (parts.head == "insecure")
        return apply_insecure(parts.tail, spec);
    std::string* const place = place_of(parts.head, spec);
    if (place == nullptr)
        return usage_error(
            "unknown key " + quote(parts.head) +
            " in the proxy URL (known: password-file, cacert, cert, key, servername, insecure)");
    auto value = percent_decode(parts.tail);
    if (!value)
        return usage_error("bad percent-escape in the value of key " + quote(parts.head));
    if (value->empty() || value->find('\0') != std::string::npos)
        return usage_error("key " + quote(parts.head) + " of the proxy URL has no value");
    if (!place->empty())
        return usage_error("key " + quote(parts.head) + " stands twice in the proxy URL");
    *place = *value;
    return {};
}

result<void> apply_query(std::string_view query, proxy_spec& spec) {
    while (!query.empty()) {
        const cut parts = cut_at(query, query.find('&'));
        if (auto applied = apply_key(parts.head, spec); !applied)
            return applied;
        query = parts.tail;
    }
    return {};
}

result<void> check_password_sources(const proxy_spec& spec) {
    if (spec.password_file.empty())
        return {};
    if (spec.protocol == proxy_protocol::socks4)
        return usage_error("SOCKS4 has no password: key \"password-file\" does not fit");
    if (!spec.login)
        return usage_error(
            "key \"password-file\" of the proxy URL needs a user name before the host");
    if (spec.login->password)
        return usage_error(
            "two passwords for one proxy: in the URL and in its key \"password-file\"");
    return {};
}

bool begins_with_key(std::string_view query) {
    constexpr std::string_view keys[] = {"password-file", "cacert",     "cert",
                                         "key",           "servername", "insecure"};
    const std::string_view key = query.substr(0, query.find('='));
    return key.size() < query.size() &&
           std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

// An '@' after the authority: most likely a password that was not percent-encoded. It must not be
// taken for a port, a path or a key, whose errors quote it. Only the path of a socket and the name
// of a password file may have one.
bool has_stray_at(const url_parts& parts) {
    const bool says_unix = lower(parts.scheme).ends_with("+unix");
    const bool is_socket =
        (says_unix && parts.host_port.empty()) || lower(parts.host_port) == "localhost";
    const bool in_path = !is_socket && parts.path.find('@') != std::string_view::npos;
    const bool is_file = parts.has_user_info && begins_with_key(parts.query);
    return in_path || (!is_file && parts.query.find('@') != std::string_view::npos);
}

result<void> fill(std::string_view url, proxy_spec& spec) {
    const url_parts parts = split_url(url);
    if (url.find('#') != std::string_view::npos)
        return usage_error("a '#' in the proxy URL: write it as %23");
    if (has_stray_at(parts))
        return usage_error(
            "'@' after a '/' or '?' in the proxy URL: in a user name or password write "
            "them as %2F and %3F");
    bool says_unix = false;
    if (!parts.scheme.empty()) {
        auto scheme = apply_scheme(parts.scheme, spec);
        if (!scheme)
            return scheme.error();
        says_unix = scheme.value();
    } else if (authority_offset(url) != 0) {
        return usage_error("the proxy URL begins with \"://\": there is no scheme");
    }
    if (auto place = apply_place(parts, says_unix, spec); !place)
        return place;
    if (auto login = apply_user_info(parts, spec); !login)
        return login;
    if (auto query = apply_query(parts.query, spec); !query)
        return query;
    return check_password_sources(spec);
}

} // namespace

result<proxy_spec> parse_proxy_url(std::string_view url) {
    proxy_spec spec;
    if (url.empty())
        return usage_error("the proxy URL is empty");
    if (auto filled = fill(url, spec); !filled)
        return filled.error();
    return spec;
}

std::optional<text_range> find_password(std::string_view url) {
    // The widest reading: to the last '@', so that a badly written password is found as well.
    const std::size_t begin = authority_offset(url);
    std::size_t query = url.find('?');
    while (query != std::string_view::npos && !begins_with_key(url.substr(query + 1)))
        query = url.find('?', query + 1);
    std::size_t at = url.substr(0, query).rfind('@');
    if (at == std::string_view::npos) // then that was no key, but a part of the password
        at = url.rfind('@');
    if (at == std::string_view::npos || at < begin)
        return std::nullopt;
    const std::size_t colon = url.find(':', begin);
    if (colon == std::string_view::npos || colon >= at)
        return std::nullopt;
    return text_range{colon + 1, at - colon - 1};
}

std::string redact_url(std::string_view url) {
    const auto password = find_password(url);
    if (!password)
        return quote(url);
    std::string shown{url};
    shown.replace(password->offset, password->length, "***");
    return quote(shown);
}

} // namespace sockscat
