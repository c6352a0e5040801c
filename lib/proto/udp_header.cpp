// SPDX-License-Identifier: MIT
#include "udp_header.hpp"

#include "socks5.hpp"

#include <utility>

namespace sockscat::proto {

std::size_t udp_header_size(const host& to) {
    constexpr std::size_t fixed = 2 + 1 + 1 + 2; // RSV FRAG ATYP, port
    if (const auto* name = std::get_if<host_name>(&to))
        return fixed + 1 + name->text.size();
    return fixed + (std::holds_alternative<ipv4_address>(to) ? 4 : 16);
}

void encode_udp_header(base::message_buffer& out, const address& to) {
    out.u16(0);
    out.u8(0);
    socks5::encode_address(out, to);
}

std::variant<udp_payload, udp_fault> decode_datagram(base::byte_view datagram) {
    base::reader in{datagram};
    const auto rsv = in.u16();
    const auto frag = in.u8();
    if (!rsv || !frag || *rsv != 0)
        return udp_fault::malformed;
    if (*frag != 0)
        return udp_fault::fragment;
    auto from = socks5::decode_address(in);
    if (!from)
        return udp_fault::malformed;
    const base::byte_view data = datagram.last(in.left());
    return udp_payload{std::move(*from), data};
}

} // namespace sockscat::proto
