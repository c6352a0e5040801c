// SPDX-License-Identifier: MIT
/// Frames of the GSSAPI method: VER MTYP LEN TOKEN (RFC 1961 sections 3 to 5).
#pragma once

#include "base/wire.hpp"

#include <cstddef>
#include <cstdint>

namespace sockscat::proto::gssapi {

inline constexpr std::uint8_t version = 0x01;

/// MTYP.
enum class message_type : std::uint8_t {
    token = 0x01,      ///< of establishing the context
    protection = 0x02, ///< which protection messages are to have
    message = 0x03,    ///< a protected message
    abort = 0xFF,      ///< the proxy refuses; no LEN follows
};

inline constexpr std::size_t type_size = 2;   ///< VER MTYP, all that an abort has
inline constexpr std::size_t header_size = 4; ///< with LEN
inline constexpr std::size_t max_token = 0xFFFF;
inline constexpr std::size_t max_frame = header_size + max_token;

/// `token`: up to max_token bytes.
void encode(base::message_buffer& out, message_type type, base::byte_view token);
/// The four bytes before a token of this size.
void encode_header(base::message_buffer& out, message_type type, std::size_t token_size);

/// What the beginning of a frame says.
enum class verdict : std::uint8_t {
    unfinished,  ///< more bytes of it are needed
    whole,       ///< `bytes` is the whole frame
    aborted,     ///< 01 FF
    bad_version, ///< not VER 1
    bad_type,    ///< another MTYP than the one expected
};

struct extent {
    verdict what{verdict::unfinished};
    std::size_t bytes{0}; ///< this many are sure to belong to the frame
    bool is_sized{false}; ///< LEN is known: it has no more than those
};

/// Judges the first bytes of a frame that has to be of type `expected`, as far as they go.
extent measure(base::byte_view prefix, message_type expected);

} // namespace sockscat::proto::gssapi
