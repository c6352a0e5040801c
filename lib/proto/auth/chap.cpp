// SPDX-License-Identifier: MIT
#include "chap.hpp"

namespace sockscat::proto::chap {
namespace {

void encode_type(base::message_buffer& out, attribute type) {
    out.u8(static_cast<std::uint8_t>(type));
}

} // namespace

void encode_opening(base::message_buffer& out, std::string_view user) {
    out.u8(version);
    out.u8(2);
    encode_type(out, attribute::algorithms);
    out.u8(1);
    out.u8(hmac_md5);
    encode_type(out, attribute::user);
    out.u8(static_cast<std::uint8_t>(user.size()));
    out.text(user);
}

void encode_response(base::message_buffer& out, const digest& response) {
    out.u8(version);
    out.u8(1);
    encode_type(out, attribute::response);
    out.u8(static_cast<std::uint8_t>(response.size()));
    out.bytes(response);
}

extent measure(base::byte_view prefix) {
    if (prefix.size() < 2)
        return {2, false};
    std::size_t end = 2;
    for (std::size_t left = prefix[1]; left > 0; --left) {
        if (prefix.size() < end + 2) // every attribute to come has a type and a length at least
            return {end + 2 * left, false};
        end += std::size_t{2} + prefix[end + 1];
    }
    return {end, true};
}

std::vector<attribute_view> decode(base::byte_view frame) {
    std::vector<attribute_view> attributes;
    base::reader in{frame};
    in.u8();
    for (std::size_t left = in.u8().value_or(0); left > 0; --left) {
        const auto type = in.u8();
        const auto size = in.u8();
        const auto value = size ? in.bytes(*size) : std::nullopt;
        if (!value)
            break;
        attributes.push_back({*type, *value});
    }
    return attributes;
}

} // namespace sockscat::proto::chap
