// SPDX-License-Identifier: MIT
/// DNS messages (RFC 1035 section 4.1), read and written by hand.
#pragma once

#include <sockscat/dns_message.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sockscat::fuzz {

inline std::uint16_t u16_at(std::span<const std::uint8_t> from, std::size_t at) {
    return static_cast<std::uint16_t>(from[at] << 8U | from[at + 1]);
}

inline void put_u16(std::vector<std::uint8_t>& out, unsigned value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U));
    out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

/// QNAME QTYPE QCLASS.
inline std::vector<std::uint8_t> question_of(
    std::string_view name, unsigned type, unsigned in_class = 1) {
    std::vector<std::uint8_t> out;
    while (!name.empty()) {
        const std::string_view label = name.substr(0, name.find('.'));
        out.push_back(static_cast<std::uint8_t>(label.size()));
        out.insert(out.end(), label.begin(), label.end());
        name.remove_prefix(std::min(name.size(), label.size() + 1));
    }
    out.push_back(0);
    put_u16(out, type);
    put_u16(out, in_class);
    return out;
}

/// Whether a message answers the question, whatever the case of letters. An error other than "no
/// such name" may come without the question.
inline bool belongs(
    std::span<const std::uint8_t> message,
    std::uint16_t id,
    std::string_view name,
    record_type type) {
    constexpr std::size_t header = 12;
    if (message.size() < header || u16_at(message, 0) != id || (message[2] & 0xF8U) != 0x80U)
        return false;
    const unsigned code = message[3] & 0x0FU;
    const unsigned questions = u16_at(message, 4);
    if (questions == 0)
        return code != 0 && code != 3;
    const auto asked = question_of(name, type);
    if (questions != 1 || message.size() < header + asked.size())
        return false;
    const auto end = asked.end() - 4;
    const auto is_same_letter = [](std::uint8_t one, std::uint8_t other) {
        return std::tolower(one) == std::tolower(other);
    };
    return std::equal(asked.begin(), end, message.begin() + header, is_same_letter) &&
           std::equal(end, asked.end(), message.begin() + header + (end - asked.begin()));
}

} // namespace sockscat::fuzz
