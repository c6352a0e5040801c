// SPDX-License-Identifier: MIT
#include "dissector.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::proto {

base::byte_view dissector::peek(std::size_t count) const {
    return rest_.first(std::min(count, rest_.size()));
}

base::byte_view dissector::take(std::size_t count) {
    const base::byte_view taken = peek(count);
    rest_ = rest_.subspan(taken.size());
    return taken;
}

void dissector::row(std::string bytes, std::string meaning, bool malformed) {
    rows_.emplace_back(std::move(bytes), std::move(meaning), malformed);
}

void dissector::field(
    std::size_t count,
    std::string_view name,
    const std::function<std::string(base::byte_view)>& says) {
    if (left() == 0)
        return;
    const base::byte_view bytes = take(count);
    const bool whole = bytes.size() == count;
    std::string meaning{name};
    meaning.resize(10, ' '); // no name has more than 9 letters
    meaning += whole ? says(bytes) : "cut short";
    rows_.emplace_back(hex(bytes), std::move(meaning), !whole);
}

void dissector::rest_is_surplus() {
    if (left() != 0)
        rows_.emplace_back(hex(take(left()), " "), "unexpected bytes", true);
}

std::string number(base::byte_view bytes) {
    unsigned value = 0;
    for (const std::uint8_t byte : bytes)
        value = value << 8U | byte;
    return std::to_string(value);
}

std::string code(std::uint8_t value, std::string_view meaning) {
    return "0x" + hex_byte(value) + " " + std::string{meaning};
}

std::string quoted(base::byte_view bytes) {
    return quote(base::as_text(bytes));
}

} // namespace sockscat::proto
