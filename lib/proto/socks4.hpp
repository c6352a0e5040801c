// SPDX-License-Identifier: MIT
/// SOCKS4 and SOCKS4a messages (SOCKS4.protocol, SOCKS4A.protocol; README.md section 2).
#pragma once

#include "base/wire.hpp"

#include <sockscat/address.hpp>
#include <sockscat/reply.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sockscat::proto::socks4 {

inline constexpr std::uint8_t version = 0x04;

/// CD of a request; RESOLVE is Tor's.
enum class command : std::uint8_t { connect = 0x01, bind = 0x02, resolve = 0xF0 };

/// VN CD DSTPORT DSTIP USERID NUL, and in 4a a name and its NUL.
inline constexpr std::size_t max_request = 1 + 1 + 2 + 4 + 255 + 1 + 255 + 1;
inline constexpr std::size_t reply_size = 8;

/// A name as destination makes a SOCKS4a request (DSTIP 0.0.0.1). The destination must be a name
/// or IPv4, the user id at most 255 bytes without NUL: make_handshake() sees to it.
void encode_request(
    base::message_buffer& out, command cd, const address& destination, std::string_view user_id);

struct reply {
    std::uint8_t vn{0};
    std::uint8_t cd{0};
    address bound; ///< DSTIP, DSTPORT; means something for BIND and RESOLVE only
};

/// The eight bytes of a reply; nothing if there are fewer. VN and CD are not judged here.
std::optional<reply> decode_reply(base::byte_view bytes);

} // namespace sockscat::proto::socks4
