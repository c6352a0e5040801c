// SPDX-License-Identifier: MIT
#include <sockscat/proxy_spec.hpp>

#include "url_keys.hpp"
#include "url_place.hpp"
#include "url_schemes.hpp"
#include "url_text.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <utility>

namespace sockscat {
namespace {

using namespace base;

constexpr std::uint16_t http_port = 3128;
constexpr std::uint16_t https_port = 443;

// Other spellings of a scheme with +tls.
constexpr std::pair<std::string_view, std::string_view> tls_spellings[] = {
    {"socks5s", "socks5+tls"}, {"socks5hs", "socks5h+tls"}, {"https", "http+tls"}};

std::string usual_spelling(std::string scheme) {
    for (const auto& [other, usual] : tls_spellings)
        if (scheme == other)
            return std::string{usual};
    return scheme;
}

// Whether the scheme says +unix.
result<bool> apply_scheme(const url_parts& url, proxy_settings& hop) {
    const std::string scheme = usual_spelling(lower(url.scheme));
    const cut parts = cut_at(scheme, scheme.find('+'));
    const url_scheme* const found = find_scheme(parts.head);
    if (found == nullptr || (parts.found && parts.tail != "unix" && parts.tail != "tls"))
        return usage_error(
            "unknown proxy " + shown(url, url_part::scheme, "scheme", url.scheme) + " (" +
            scheme_names() + ", with +tls or +unix; https)");
    hop.protocol = found->protocol;
    hop.names = found->names;
    hop.explicit_scheme = true;
    hop.via.tls = parts.tail == "tls";
    if (found->protocol == proxy_protocol::http)
        hop.port = hop.via.tls ? https_port : http_port;
    return parts.tail == "unix";
}

// An address as the user's name, or HOST:PORT:USER before a password with an '@': the last '@' is
// not the one before the host, and what follows it may be a password.
bool is_host_first(std::string_view user_info) {
    const cut info = cut_at(user_info, user_info.find(':'));
    const bool is_port = !info.tail.empty() && info.tail.size() <= 5 &&
                         info.tail.find_first_not_of("0123456789") == std::string_view::npos;
    const bool is_address = parse_ip(info.head).has_value();
    return (is_address && is_port) || is_login_last(user_info);
}

result<void> apply_user_info(const url_parts& parts, proxy_spec& spec) {
    if (!parts.has_user_info)
        return {};
    const cut info = cut_at(parts.user_info, parts.user_info.find(':'));
    if (parts.scheme.empty())
        if (const url_scheme* const found = find_scheme(lower(info.head)))
            return usage_error(
                "user name " + quote(found->name) + " in the proxy URL: write " +
                std::string{found->name} + "://");
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
        return usage_error("bad percent-escape in the user name of the proxy URL");
    if (!password)
        return usage_error("bad percent-escape in the password of the proxy URL");
    if (user->size() > max_credential_size || password->size() > max_credential_size)
        return usage_error("user name or password of the proxy URL is longer than 255 bytes");
    if (user->find('\0') != std::string::npos || password->find('\0') != std::string::npos)
        return usage_error("user name or password of the proxy URL contains a NUL byte");
    if (info.found && spec.protocol == proxy_protocol::socks4)
        return usage_error("SOCKS4 has no password: the proxy URL may have a user name only");
    spec.login.emplace();
    spec.login->user = *user;
    if (info.found)
        spec.login->password.emplace(*password);
    return {};
}

result<void> check_password_sources(const proxy_spec& spec) {
    if (spec.password_file.empty())
        return {};
    if (spec.protocol == proxy_protocol::socks4)
        return usage_error("SOCKS4 has no password, so the key \"password-file\" cannot be used");
    if (!spec.login)
        return usage_error(
            "key \"password-file\" of the proxy URL needs a user name before the host");
    if (spec.login->password)
        return usage_error(
            "two passwords for one proxy: in the URL and in its key \"password-file\"");
    return {};
}

// An '@' where none may be: most likely in a password that was not percent-encoded. Only the path
// of a socket and the name of a password file may have one, and only where no password can be
// meant.
bool has_stray_at(const url_parts& parts) {
    if (parts.user_info.find_first_of("/?") != std::string_view::npos)
        return true;
    const bool says_unix = lower(parts.scheme).ends_with("+unix");
    const bool is_socket =
        (says_unix && parts.host_port.empty()) || lower(parts.host_port) == "localhost";
    const bool in_path = !is_socket && parts.path.find('@') != std::string_view::npos;
    const bool is_file = parts.has_user_info && begins_with_key(parts.query);
    return in_path || (!is_file && parts.query.find('@') != std::string_view::npos);
}

// What makes the parts themselves doubtful, before any of them is looked at.
result<void> check_outline(std::string_view url, const url_parts& parts) {
    if (url.find('#') != std::string_view::npos)
        return usage_error("a '#' in the proxy URL: write it as %23");
    if (has_stray_at(parts))
        return usage_error(
            "'@' after a '/' or '?' in the proxy URL: in a user name or password write them as %2F "
            "and %3F, in a path or file name write the '@' as %40");
    if (parts.scheme.empty() && authority_offset(url) != 0)
        return usage_error("the proxy URL begins with \"://\": there is no scheme");
    if (is_host_first(parts.user_info))
        return usage_error(
            "the proxy URL has its host first; expected [USER:PASSWORD@]HOST:PORT",
            login_goes_first);
    return {};
}

result<void> fill(std::string_view url, proxy_spec& spec) {
    const url_parts parts = split_url(url);
    if (auto checked = check_outline(url, parts); !checked)
        return checked;
    bool says_unix = false;
    if (!parts.scheme.empty()) {
        auto scheme = apply_scheme(parts, spec);
        if (!scheme)
            return scheme.error();
        says_unix = scheme.value();
    }
    if (auto place = apply_place(parts, says_unix, spec); !place)
        return place;
    if (auto login = apply_user_info(parts, spec); !login)
        return login;
    if (auto query = apply_query(parts, spec); !query)
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

} // namespace sockscat
