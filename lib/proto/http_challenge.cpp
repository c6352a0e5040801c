// SPDX-License-Identifier: MIT
#include "http_challenge.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::proto {
namespace {

constexpr std::string_view field_name = "proxy-authenticate";
constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t most_schemes = 8;
constexpr std::size_t shown_scheme = 32;

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// A field with the lines that continue it, which begin with a blank (RFC 9112 section 5.2).
std::string_view take_field(std::string_view& rest) {
    std::size_t end = rest.find('\n');
    while (end != std::string_view::npos && end + 1 < rest.size() &&
           (rest[end + 1] == ' ' || rest[end + 1] == '\t'))
        end = rest.find('\n', end + 1);
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return field;
}

// The end of an element of a list: a comma that is not inside a quoted string.
std::size_t end_of_element(std::string_view list) {
    bool is_quoted = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == '\\' && is_quoted)
            ++i;
        else if (list[i] == '"')
            is_quoted = !is_quoted;
        else if (list[i] == ',' && !is_quoted)
            return i;
    }
    return list.size();
}

// The scheme with which an element begins; empty for a parameter of the scheme before it.
std::string_view scheme_of(std::string_view element) {
    const std::string_view text = trim(element);
    const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n="));
    const std::string_view behind = trim(text.substr(word.size()));
    return behind.starts_with('=') ? std::string_view{} : word;
}

void add_schemes(std::string_view list, std::vector<std::string_view>& schemes) {
    while (!list.empty()) {
        const std::size_t end = end_of_element(list);
        const std::string_view scheme = scheme_of(list.substr(0, end));
        if (!scheme.empty() && !has_scheme(schemes, scheme))
            schemes.push_back(scheme);
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

} // namespace

std::vector<std::string_view> offered_schemes(std::string_view header) {
    std::vector<std::string_view> schemes;
    header = header.substr(0, header.rfind('\n') + 1); // what is cut off does not count
    take_field(header);                                // the status line
    while (!header.empty()) {
        const std::string_view field = take_field(header);
        const std::size_t colon = field.find(':');
        if (colon != std::string_view::npos && lower(field.substr(0, colon)) == field_name)
            add_schemes(field.substr(colon + 1), schemes);
    }
    return schemes;
}

bool has_scheme(const std::vector<std::string_view>& schemes, std::string_view wanted) {
    return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view each) {
        return lower(each) == lower(wanted);
    });
}

std::string list_of(const std::vector<std::string_view>& schemes) {
    std::string list;
    for (std::size_t i = 0; i < std::min(schemes.size(), most_schemes); ++i)
        list += (i == 0 ? "" : ", ") + escape(schemes[i].substr(0, shown_scheme));
    return list + (schemes.size() > most_schemes ? ", ..." : "");
}

} // namespace sockscat::proto
