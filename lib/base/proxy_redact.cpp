// SPDX-License-Identifier: MIT
// The password in the text of a proxy URL, also of one that does not parse or is in another place.
#include <sockscat/proxy_spec.hpp>

#include "url_text.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat {

using namespace base;

namespace {

bool is_ipv6(std::string_view text) {
    const cut zone = cut_at(text, text.find('%'));
    return text.find(':') != std::string_view::npos && parse_ip(zone.head) &&
           zone.tail.find_first_of(":@") == std::string_view::npos &&
           find_colon(zone.tail, 0).length == 0;
}

// The length of an IPv6 address at the front, with its brackets if it has some; 0 without one.
std::size_t ipv6_size(std::string_view text) {
    if (!text.starts_with('['))
        return is_ipv6(text) ? text.size() : 0;
    const std::size_t end = std::min(text.find(']'), text.size());
    return is_ipv6(text.substr(1, end - 1)) ? std::min(end + 1, text.size()) : 0;
}

// The text after the ':' of such a host is not a password, and a port is not either.
bool is_certain_host(std::string_view text) {
    const bool is_ip = parse_ip(text).has_value();
    return is_ip || (text.starts_with('[') && ipv6_size(text) == text.size()) ||
           lower(text) == "localhost";
}

bool is_port(std::string_view text) {
    constexpr std::size_t most_digits = 5;
    return text.size() <= most_digits &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Where a text that is not a URL may have a password; its size if it has none.
std::size_t hidden_from(std::string_view text) {
    if (text.starts_with('/') && !text.starts_with("//")) // a file, perhaps with a time in its name
        return text.size();
    const text_range first = find_colon(text, ipv6_size(text));
    const std::size_t behind = first.offset + first.length;
    const bool has_several = find_colon(text, behind).length != 0;
    const std::string_view rest = text.substr(behind);
    const bool has_at = rest.find("%40") != std::string_view::npos;
    const bool is_plain = first.length == 1 && rest.find('@') == std::string_view::npos;
    const bool may_be_login =
        is_plain && !is_port(rest) && !is_certain_host(text.substr(0, first.offset));
    return first.length != 0 && (has_several || has_at || may_be_login) ? behind : text.size();
}

} // namespace

std::optional<text_range> find_password(std::string_view url) {
    return parse_proxy_url(url) ? password_place(url) : uncertain_place(url);
}

std::string redact_url(std::string_view url) {
    const auto password = find_password(url);
    if (!password)
        return quote_start(url);
    std::string shown{url};
    shown.replace(password->offset, password->length, "***");
    return quote_start(shown);
}

std::string quote_value(std::string_view text) {
    if (text.find("://") != std::string_view::npos)
        return redact_url(text);
    std::string shown{text};
    if (const std::size_t begin = hidden_from(text); begin != text.size())
        shown.replace(begin, text.size() - begin, "***");
    else if (const auto password = password_place(text))
        shown.replace(password->offset, password->length, "***");
    return quote_start(shown);
}

} // namespace sockscat
