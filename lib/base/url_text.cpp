// SPDX-License-Identifier: MIT
#include "url_text.hpp"

#include <sockscat/text.hpp>

namespace sockscat::base {
namespace {

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

} // namespace

cut cut_at(std::string_view text, std::size_t where, std::size_t width) {
    if (where == std::string_view::npos)
        return {text, {}, false};
    return {text.substr(0, where), text.substr(where + width), true};
}

std::size_t authority_offset(std::string_view url) {
    const std::size_t mark = url.find("://");
    // "user:pass://word@host" has no scheme: a scheme is letters, digits, '+', '-', '.'.
    if (mark == std::string_view::npos ||
        url.substr(0, mark).find_first_of(":@/?#") != std::string_view::npos)
        return 0;
    return mark + 3;
}

url_parts split_url(std::string_view url) {
    url_parts parts;
    const std::size_t offset = authority_offset(url);
    if (offset != 0)
        parts.scheme = url.substr(0, offset - 3);
    const std::string_view rest = url.substr(offset);
    const cut query = cut_at(rest, rest.find('?'));
    const cut path = cut_at(query.head, query.head.find('/'), 0);
    const cut login = cut_at(path.head, path.head.rfind('@'));
    parts.query = query.tail;
    parts.path = path.tail;
    parts.has_user_info = login.found;
    parts.user_info = login.found ? login.head : std::string_view{};
    parts.host_port = login.found ? login.tail : path.head;
    return parts;
}

std::string shown(url_part, std::string_view text) {
    return quote(text);
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string percent_encode(std::string_view text, std::string_view but) {
    std::string out;
    for (const char c : text) {
        const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        const bool is_plain = is_letter || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                              c == '_' || c == '~' || but.find(c) != std::string_view::npos;
        const std::uint8_t byte[] = {static_cast<std::uint8_t>(c)};
        out += is_plain ? std::string{c} : "%" + hex(byte);
    }
    return out;
}

} // namespace sockscat::base
