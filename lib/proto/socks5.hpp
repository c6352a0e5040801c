// SPDX-License-Identifier: MIT
/// SOCKS5 messages (RFC 1928) and user name/password sub-negotiation (RFC 1929).
#pragma once

#include "base/wire.hpp"

#include <sockscat/address.hpp>
#include <sockscat/auth_method.hpp>
#include <sockscat/reply.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sockscat::proto::socks5 {

inline constexpr std::uint8_t version = 0x05;

using method = auth_method;
/// Instead of a METHOD: none of those offered is accepted.
inline constexpr std::uint8_t no_acceptable_method = 0xFF;

/// The title of a METHOD as it is on the wire, whatever it is.
std::string_view method_name(std::uint8_t value);

/// CMD (RFC 1928 section 4; Tor's socks-extensions.txt).
enum class command : std::uint8_t {
    connect = 0x01,
    bind = 0x02,
    udp_associate = 0x03,
    resolve = 0xF0,
    resolve_ptr = 0xF1,
};

/// ATYP (RFC 1928 section 5).
enum class address_type : std::uint8_t { ipv4 = 0x01, domain = 0x03, ipv6 = 0x04 };

/// VER NMETHODS METHODS.
inline constexpr std::size_t max_greeting = 1 + 1 + 255;
inline constexpr std::size_t method_selection_size = 2;
/// VER CMD RSV ATYP, LEN and 255 bytes of name, port; a reply has the same shape.
inline constexpr std::size_t max_request = 1 + 1 + 1 + 1 + 1 + 255 + 2;
/// The shortest success reply has a name of no length, so that 5 bytes are always safe to read.
inline constexpr std::size_t shortest_reply = 7;
inline constexpr std::size_t reply_prefix = 5;

/// RFC 1929: VER ULEN UNAME PLEN PASSWD; the status is VER STATUS.
inline constexpr std::uint8_t userpass_version = 0x01;
inline constexpr std::size_t max_userpass = 1 + 1 + 255 + 1 + 255;
inline constexpr std::size_t userpass_status_size = 2;

void encode_greeting(base::message_buffer& out, const std::vector<method>& methods);
void encode_userpass(base::message_buffer& out, std::string_view user, std::string_view password);
void encode_request(base::message_buffer& out, command cmd, const address& destination);

/// The size of a whole reply as far as its first bytes tell: nothing while they do not, or if its
/// ATYP is unknown. The length comes from the reply's own ATYP.
std::optional<std::size_t> reply_size(base::byte_view prefix);

/// True if byte 4 is there and no ATYP that we know.
bool has_unknown_address_type(base::byte_view prefix);

struct reply {
    std::uint8_t ver{0};
    std::uint8_t rep{0};
    std::uint8_t rsv{0};
    address bound; ///< BND.ADDR, BND.PORT; a name may be empty and hold any byte
};

/// A whole reply; nothing if it is cut short or its ATYP is unknown. VER and REP are not judged
/// here.
std::optional<reply> decode_reply(base::byte_view bytes);

/// ATYP, address and port, as they are in requests, replies and UDP headers.
void encode_address(base::message_buffer& out, const address& value);
std::optional<address> decode_address(base::reader& in);

} // namespace sockscat::proto::socks5
