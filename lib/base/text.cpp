// SPDX-License-Identifier: MIT
#include <sockscat/text.hpp>

#include <array>
#include <cstdio>

namespace sockscat {
namespace {

struct code_point {
    std::size_t length; // bytes taken; 0 if they are not valid UTF-8
    char32_t value;
};

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Decodes the first code point: shortest form only, no surrogates, at most U+10FFFF (RFC 3629).
code_point decode(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80)
        return {1, lead};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length)
        return {0, 0};
    char32_t value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[i]))
            return {0, 0};
        value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (overlong || surrogate || value > 0x10FFFF)
        return {0, 0};
    return {length, value};
}

bool is_dangerous(char32_t value) {
    const bool control = value < 0x20 || (value >= 0x7F && value <= 0x9F);
    const bool separator = value == 0x2028 || value == 0x2029;
    const bool bidi = (value >= 0x202A && value <= 0x202E) ||
                      (value >= 0x2066 && value <= 0x2069) || value == 0x200E || value == 0x200F ||
                      value == 0x061C;
    return control || separator || bidi;
}

void append_hex(std::string& out, unsigned char byte) {
    static constexpr std::string_view digits = "0123456789abcdef";
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
}

std::string escape_with(std::string_view text, bool quotes) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const code_point next = decode(text);
        const std::size_t length = next.length == 0 ? 1 : next.length;
        if (next.length == 0 || is_dangerous(next.value)) {
            for (const char byte : text.substr(0, length)) {
                out += "\\x";
                append_hex(out, static_cast<unsigned char>(byte));
            }
        } else {
            if (next.value == '\\' || (quotes && next.value == '"'))
                out += '\\';
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return out;
}

} // namespace

std::string escape(std::string_view text) {
    return escape_with(text, false);
}

std::string quote(std::string_view text) {
    return '"' + escape_with(text, true) + '"';
}

std::string quote_start(std::string_view text) {
    constexpr std::size_t most = 100;
    if (text.size() <= most)
        return quote(text);
    std::size_t end = most; // not inside a character
    while (end > most - 4 && is_continuation(text[end]))
        --end;
    return quote(text.substr(0, end)) + "...";
}

std::string counted(std::size_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string{noun} + (count == 1 ? "" : "s");
}

std::string hex(std::span<const std::uint8_t> bytes, std::string_view separator) {
    std::string out;
    out.reserve(bytes.size() * (2 + separator.size()));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i != 0)
            out += separator;
        append_hex(out, bytes[i]);
    }
    return out;
}

std::string hex_byte(std::uint8_t value) {
    return hex(std::span{&value, 1});
}

std::string seconds_text(std::chrono::milliseconds limit) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g s", static_cast<double>(limit.count()) / 1000.0);
    return text.data();
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        c = lower(c);
    return out;
}

std::vector<std::string_view> split_at_commas(std::string_view list) {
    std::vector<std::string_view> items;
    for (;;) {
        const std::size_t comma = list.find(',');
        items.push_back(list.substr(0, comma));
        if (comma == std::string_view::npos)
            return items;
        list.remove_prefix(comma + 1);
    }
}

} // namespace sockscat
