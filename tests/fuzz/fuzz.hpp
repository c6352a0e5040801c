// SPDX-License-Identifier: MIT
/// What the fuzz targets share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

namespace sockscat::fuzz {

/// A property that must hold for every input.
inline void must(bool holds, const char* what) {
    if (holds)
        return;
    std::fprintf(stderr, "property broken: %s\n", what);
    std::abort();
}

inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Takes small numbers and pieces off the front of an input.
class source {
  public:
    source(const std::uint8_t* data, std::size_t size) : rest_{data, size} {}

    std::uint8_t byte() {
        const auto one = piece(1);
        return one.empty() ? std::uint8_t{0} : one.front();
    }
    std::span<const std::uint8_t> piece(std::size_t at_most) {
        const auto taken = rest_.first(std::min(at_most, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    std::span<const std::uint8_t> rest() { return piece(rest_.size()); }
    [[nodiscard]] bool is_empty() const { return rest_.empty(); }

  private:
    std::span<const std::uint8_t> rest_;
};

/// Characters that reorder or separate text without being control characters of ASCII: C1, U+061C,
/// U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
inline bool has_hidden(std::string_view text) {
    const auto is = [&](std::size_t at, std::string_view beginning, unsigned low, unsigned high) {
        const std::size_t last = at + beginning.size();
        const auto byte = last < text.size() ? static_cast<unsigned char>(text[last]) : 0U;
        return text.substr(at).starts_with(beginning) && byte >= low && byte <= high;
    };
    for (std::size_t i = 0; i < text.size(); ++i)
        if (is(i, "\xc2", 0x80, 0x9F) || is(i, "\xd8", 0x9C, 0x9C) ||
            is(i, "\xe2\x80", 0x8E, 0x8F) || is(i, "\xe2\x80", 0xA8, 0xAE) ||
            is(i, "\xe2\x81", 0xA6, 0xA9))
            return true;
    return false;
}

/// True if nothing in it can move a cursor or reorder text.
inline bool is_clean(std::string_view text) {
    return !has_hidden(text) && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c >= 0x20 && c != 0x7F;
    });
}

/// Strict, and written without looking at the code under test: RFC 3629, table of section 4.
inline bool is_utf8(std::string_view text) {
    const auto in = [&](std::size_t at, unsigned low, unsigned high) {
        const auto byte = at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
        return at < text.size() && byte >= low && byte <= high;
    };
    const auto tail = [&](std::size_t at) { return in(at, 0x80, 0xBF); };
    for (std::size_t i = 0; i < text.size();) {
        if (in(i, 0x00, 0x7F))
            i += 1;
        else if (in(i, 0xC2, 0xDF) && tail(i + 1))
            i += 2;
        else if (in(i, 0xE0, 0xE0) && in(i + 1, 0xA0, 0xBF) && tail(i + 2))
            i += 3;
        else if ((in(i, 0xE1, 0xEC) || in(i, 0xEE, 0xEF)) && tail(i + 1) && tail(i + 2))
            i += 3;
        else if (in(i, 0xED, 0xED) && in(i + 1, 0x80, 0x9F) && tail(i + 2))
            i += 3;
        else if (in(i, 0xF0, 0xF0) && in(i + 1, 0x90, 0xBF) && tail(i + 2) && tail(i + 3))
            i += 4;
        else if (in(i, 0xF1, 0xF3) && tail(i + 1) && tail(i + 2) && tail(i + 3))
            i += 4;
        else if (in(i, 0xF4, 0xF4) && in(i + 1, 0x80, 0x8F) && tail(i + 2) && tail(i + 3))
            i += 4;
        else
            return false;
    }
    return true;
}

} // namespace sockscat::fuzz
