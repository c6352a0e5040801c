// SPDX-License-Identifier: MIT
/// Bytes of messages, written the way the protocol documents write them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::tests {

using bytes = std::vector<std::uint8_t>;

/// "05 01 00"_hex; blanks mean nothing.
inline bytes operator""_hex(const char* text, std::size_t size) {
    std::string digits;
    for (const char c : std::string_view{text, size})
        if (c != ' ')
            digits += c;
    if (digits.size() % 2 != 0)
        throw std::logic_error{"half a byte in " + std::string{text, size}};
    bytes out;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        std::size_t used = 0;
        const std::string pair = digits.substr(i, 2);
        out.push_back(static_cast<std::uint8_t>(std::stoul(pair, &used, 16)));
        if (used != 2)
            throw std::logic_error{"no hexadecimal byte: " + pair};
    }
    return out;
}

/// The bytes of a text.
inline bytes text_bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

/// One after the other.
template <class... Parts>
bytes join(const Parts&... parts) {
    bytes out((parts.size() + ... + std::size_t{0}));
    auto at = out.begin();
    ((at = std::copy(parts.begin(), parts.end(), at)), ...);
    return out;
}

/// Any contiguous bytes as a vector, for comparing.
template <class Range>
bytes to_bytes(const Range& range) {
    return {range.begin(), range.end()};
}

} // namespace sockscat::tests
