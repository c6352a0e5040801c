// SPDX-License-Identifier: MIT
/// \file
/// Datagrams as they go to a relay and come from it (RFC 1928 section 7), without sockets: for
/// programs that send them on a socket of their own after a handshake_machine has asked for UDP
/// ASSOCIATE. association.hpp does all of it.
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/export.hpp>
#include <sockscat/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sockscat {

/// The most bytes of a datagram over IPv4, the header included.
inline constexpr std::size_t max_datagram_size = 65'507;

/// What is inside a datagram of a relay. Borrows its bytes from the datagram.
struct relayed_datagram {
    address from; ///< as the relay reports, perhaps 0.0.0.0:0; IPv4-mapped addresses are IPv4
    std::span<const std::uint8_t> data; ///< what the sender sent; may be empty
};

/// The datagram to send to the relay, so that it sends `data` to `to`: RSV 0, FRAG 0, the address,
/// the data. Errors, failure::usage: a name that does not have 1 to 255 bytes, more than
/// max_datagram_size bytes in all.
SOCKSCAT_EXPORT result<std::vector<std::uint8_t>> encode_datagram(
    const address& to, std::span<const std::uint8_t> data);

/// Takes apart what the relay sent, which may be any bytes. Nothing if it is to be dropped: FRAG is
/// not 0 (fragments are not reassembled), or the header is malformed. Who sent it is for the
/// program to check: only datagrams from the relay's address are the relay's.
SOCKSCAT_EXPORT std::optional<relayed_datagram> decode_datagram(
    std::span<const std::uint8_t> datagram);

} // namespace sockscat
