// SPDX-License-Identifier: MIT
#include "gssapi_frame.hpp"

namespace sockscat::proto::gssapi {

void encode_header(base::message_buffer& out, message_type type, std::size_t token_size) {
    out.u8(version);
    out.u8(static_cast<std::uint8_t>(type));
    out.u16(static_cast<std::uint16_t>(token_size));
}

void encode(base::message_buffer& out, message_type type, base::byte_view token) {
    encode_header(out, type, token.size());
    out.bytes(token);
}

extent measure(base::byte_view prefix, message_type expected) {
    if (!prefix.empty() && prefix[0] != version)
        return {verdict::bad_version, 1};
    if (prefix.size() < type_size)
        return {verdict::unfinished, type_size};
    if (prefix[1] == static_cast<std::uint8_t>(message_type::abort))
        return {verdict::aborted, type_size};
    if (prefix[1] != static_cast<std::uint8_t>(expected))
        return {verdict::bad_type, type_size};
    if (prefix.size() < header_size)
        return {verdict::unfinished, header_size};
    const std::size_t size = header_size + (std::size_t{prefix[2]} << 8U | prefix[3]);
    return {prefix.size() < size ? verdict::unfinished : verdict::whole, size, true};
}

} // namespace sockscat::proto::gssapi
