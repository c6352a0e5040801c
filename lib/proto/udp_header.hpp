// SPDX-License-Identifier: MIT
/// The header in front of every datagram that goes through a relay (RFC 1928 section 7).
#pragma once

#include "base/wire.hpp"

#include <sockscat/address.hpp>

#include <cstddef>
#include <variant>

namespace sockscat::proto {

/// The most bytes of a UDP datagram over IPv4; header and payload share them.
inline constexpr std::size_t max_datagram = 65'507;
/// RSV(2) FRAG ATYP LEN, 255 bytes of name, port.
inline constexpr std::size_t max_udp_header = 2 + 1 + 1 + 1 + 255 + 2;

/// How long the header for this address is: 10, 22, or 7 and the name.
std::size_t udp_header_size(const host& to);

/// Writes RSV 0, FRAG 0 and the address.
void encode_udp_header(base::message_buffer& out, const address& to);

/// Why a datagram is dropped (RFC 1928 section 7).
enum class udp_fault : std::uint8_t {
    fragment,  ///< FRAG is not 0; no one reassembles
    malformed, ///< too short, RSV not 0, unknown ATYP
};

struct udp_payload {
    /// As the relay says it, which may be nothing (0.0.0.0:0); an IPv4-mapped IPv6 address has
    /// become the IPv4 address.
    address from;
    base::byte_view data;
};

/// Takes a datagram of the relay apart; `data` points into it.
std::variant<udp_payload, udp_fault> decode_datagram(base::byte_view datagram);

} // namespace sockscat::proto
