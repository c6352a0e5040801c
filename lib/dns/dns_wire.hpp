// SPDX-License-Identifier: MIT
/// Numbers and names as they are in messages of DNS (RFC 1035 section 4.1).
#pragma once

#include <sockscat/dns_name.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sockscat::dns {

using bytes_view = std::span<const std::uint8_t>;

inline void put_u16(std::vector<std::uint8_t>& out, std::uint16_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U));
    out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

inline std::uint16_t u16_at(bytes_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

/// A name that cannot be one is the root.
inline std::vector<std::string> labels_of(std::string_view name) {
    auto labels = dns_labels(name);
    return labels ? std::move(labels).value() : std::vector<std::string>{};
}

inline void put_name(std::vector<std::uint8_t>& out, std::string_view name) {
    for (const std::string& label : labels_of(name)) {
        out.push_back(static_cast<std::uint8_t>(label.size()));
        out.insert(out.end(), label.begin(), label.end());
    }
    out.push_back(0);
}

} // namespace sockscat::dns
