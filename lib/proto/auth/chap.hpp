// SPDX-License-Identifier: MIT
/// CHAP (method 3): frames and attributes (draft-ietf-aft-socks-chap; ../README.md, CHAP).
#pragma once

#include "base/wire.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sockscat::proto::chap {

inline constexpr std::uint8_t version = 0x01;

enum class attribute : std::uint8_t {
    status = 0x00,
    text = 0x01,
    user = 0x02,
    challenge = 0x03,
    response = 0x04,
    charset = 0x05,
    identifier = 0x10,
    algorithms = 0x11,
};

/// The only algorithm that we offer.
inline constexpr std::uint8_t hmac_md5 = 0x85;

using digest = std::array<std::uint8_t, 16>;
/// HMAC-MD5 (RFC 2104) of `text` with `key`; nothing if this machine cannot compute it.
using hmac_function = std::optional<digest> (*)(std::string_view key, base::byte_view text);

/// VER NAVAS, the algorithm, the user name of up to 255 bytes.
inline constexpr std::size_t max_opening = 2 + 3 + 2 + 255;

void encode_opening(base::message_buffer& out, std::string_view user);
void encode_response(base::message_buffer& out, const digest& response);

/// How many bytes are sure to belong to a frame, as far as its first bytes tell.
struct extent {
    std::size_t bytes;
    bool is_whole; ///< and it has no more than those
};
extent measure(base::byte_view prefix);

struct attribute_view {
    std::uint8_t type;
    base::byte_view value;
};

/// The attributes of a whole frame; of one cut short those that are whole.
std::vector<attribute_view> decode(base::byte_view frame);

} // namespace sockscat::proto::chap
