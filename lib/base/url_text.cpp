// SPDX-License-Identifier: MIT
#include "url_text.hpp"

#include "idna.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::base {
namespace {

constexpr std::string_view digits = "0123456789";
// Longer than any scheme or port that is meant.
constexpr std::size_t most_shown = 20;

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool is_scheme(std::string_view text) {
    return text.size() <= most_shown && std::all_of(text.begin(), text.end(), [](char c) {
               return (lower(c) >= 'a' && lower(c) <= 'z') ||
                      digits.find(c) != std::string_view::npos || c == '+' || c == '-' || c == '.';
           });
}

// Of the text in brackets, with or without the second one.
bool is_address_literal(std::string_view text, bool is_closed) {
    const cut zone = cut_at(text, text.find('%'));
    const bool is_plain = std::all_of(zone.tail.begin(), zone.tail.end(), [](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || digits.find(c) != std::string_view::npos ||
               std::string_view{"-._%"}.find(c) != std::string_view::npos;
    });
    const bool is_ip = parse_ip(zone.head).has_value();
    return is_ip && is_plain && (is_closed || !zone.found);
}

// The length of an address or "localhost" at the front of a text, brackets included.
std::size_t certain_host_size(std::string_view text) {
    if (parse_ip(text)) // without brackets, which is an error that shows it
        return text.size();
    if (text.starts_with('[')) {
        const std::string_view inside = text.substr(1);
        const cut literal = cut_at(inside, inside.find(']'));
        const std::size_t size = literal.head.size() + (literal.found ? 2 : 1);
        return is_address_literal(literal.head, literal.found) ? size : 0;
    }
    const std::string_view name = text.substr(0, text.find(':'));
    const bool is_this_machine = lower(name) == "localhost";
    const bool is_ip = parse_ip(name).has_value();
    return is_this_machine || is_ip ? name.size() : 0;
}

// With its ':', which has to come next; 0 if it is not of digits alone.
std::size_t port_size(std::string_view text) {
    if (!text.starts_with(':'))
        return 0;
    const std::size_t end = std::min(text.find_first_not_of(digits, 1), text.size());
    const bool ends = end == text.size() || std::string_view{":/?"}.find(text[end]) < 3;
    return ends && end > 1 && end <= most_shown ? end : 0;
}

// What is a host, and perhaps a port, for certain; see uncertain_place().
struct certain {
    std::size_t begin{0};
    std::size_t end{0};

    [[nodiscard]] bool is_there() const { return end != begin; }
};

certain certain_place(std::string_view url) {
    const std::size_t offset = authority_offset(url);
    const std::size_t at = url.rfind('@');
    const std::size_t begin = at == std::string_view::npos ? offset : at + 1; // none is in a scheme
    const std::string_view place = url.substr(begin, url.find_first_of("/?#", begin) - begin);
    if (const std::size_t size = certain_host_size(place); size != 0)
        return {begin, begin + size + port_size(url.substr(begin + size))};
    const bool is_alone = url.find_first_of(":@%", offset) == std::string_view::npos;
    if (is_alone && is_ascii(place) && parse_host(place))
        return {begin, begin + place.size()};
    return {};
}

} // namespace

cut cut_at(std::string_view text, std::size_t where, std::size_t width) {
    if (where == std::string_view::npos)
        return {text, {}, false};
    return {text.substr(0, where), text.substr(where + width), true};
}

std::size_t authority_offset(std::string_view url) {
    const std::size_t mark = url.find("://");
    // "user:pass://word@host" has no scheme.
    return mark == std::string_view::npos || !is_scheme(url.substr(0, mark)) ? 0 : mark + 3;
}

url_parts split_url(std::string_view url) {
    url_parts parts;
    const std::size_t offset = authority_offset(url);
    if (offset != 0)
        parts.scheme = url.substr(0, offset - 3);
    const std::string_view rest = url.substr(offset);
    const std::size_t at = rest.rfind('@');
    const bool may_have_password = at != std::string_view::npos && rest.find(':') < at;
    const std::size_t end =
        may_have_password ? rest.find_first_of("/?", at) : rest.find_first_of("/?");
    const cut login = cut_at(rest.substr(0, end), rest.substr(0, end).rfind('@'));
    const std::string_view behind = rest.substr(std::min(end, rest.size()));
    const cut query = cut_at(behind, behind.find('?'));
    parts.query = query.tail;
    parts.path = query.head;
    parts.has_user_info = login.found;
    parts.user_info = login.found ? login.head : std::string_view{};
    parts.host_port = login.found ? login.tail : login.head;
    parts.has_certain_place = certain_place(url).is_there();
    return parts;
}

std::string shown(
    const url_parts& url, url_part what, std::string_view noun, std::string_view text) {
    const bool is_certain = what == url_part::scheme ? is_scheme(text) : url.has_certain_place;
    const bool is_port = what == url_part::port;
    const bool is_number = text.find_first_not_of(digits) == std::string_view::npos;
    const bool is_word = std::all_of(
        text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    if (!is_certain || text.size() > most_shown * 4 || (is_port && !is_number) ||
        (what == url_part::key && !is_word))
        return std::string{noun};
    return std::string{noun} + " " + quote(text);
}

text_range find_colon(std::string_view text, std::size_t from) {
    const std::size_t plain = std::min(text.find(':', from), text.size());
    const std::size_t encoded =
        std::min({text.find("%3A", from), text.find("%3a", from), text.size()});
    if (encoded < plain)
        return {encoded, 3};
    return {plain, plain < text.size() ? std::size_t{1} : 0};
}

std::optional<text_range> password_place(std::string_view url) {
    const text_range colon = find_colon(url, authority_offset(url));
    const std::size_t begin = colon.offset + colon.length;
    const std::size_t at = url.rfind('@');
    if (colon.length == 0 || at == std::string_view::npos || at < begin)
        return std::nullopt;
    return text_range{begin, at - begin};
}

std::optional<text_range> uncertain_place(std::string_view url) {
    const std::size_t offset = authority_offset(url);
    const certain place = certain_place(url);
    const std::size_t login_end =
        place.is_there() ? std::max(place.begin, offset + 1) - 1 : url.size();
    const bool has_more =
        place.is_there() && place.end != url.size() && url.substr(place.end) != "/";
    const std::size_t begin = login_end > offset ? offset : place.end;
    const std::size_t end = has_more ? url.size() : login_end;
    return end > begin ? std::optional{text_range{begin, end - begin}} : std::nullopt;
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
