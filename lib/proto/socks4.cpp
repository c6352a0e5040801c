// SPDX-License-Identifier: MIT
#include "socks4.hpp"

#include <algorithm>

namespace sockscat::proto::socks4 {

void encode_request(
    base::message_buffer& out, command cd, const address& destination, std::string_view user_id) {
    // 0.0.0.x with x not zero announces a name after the user id (SOCKS4A.protocol).
    static constexpr ipv4_address name_follows{{0, 0, 0, 1}};
    const auto* name = std::get_if<host_name>(&destination.host);
    const ipv4_address ip =
        name != nullptr ? name_follows : std::get<ipv4_address>(destination.host);
    out.u8(version);
    out.u8(static_cast<std::uint8_t>(cd));
    out.u16(destination.port);
    out.bytes(ip.bytes);
    out.text(user_id);
    out.u8(0);
    if (name == nullptr)
        return;
    out.text(name->text);
    out.u8(0);
}

std::optional<reply> decode_reply(base::byte_view bytes) {
    base::reader in{bytes};
    const auto vn = in.u8();
    const auto cd = in.u8();
    const auto port = in.u16();
    const auto ip = in.bytes(4);
    if (!ip)
        return std::nullopt;
    ipv4_address bound;
    std::copy(ip->begin(), ip->end(), bound.bytes.begin());
    reply out;
    out.vn = *vn;
    out.cd = *cd;
    out.bound = address{bound, *port};
    return out;
}

} // namespace sockscat::proto::socks4
