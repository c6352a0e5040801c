// SPDX-License-Identifier: MIT
#include "socks5.hpp"

#include <algorithm>

namespace sockscat::proto::socks5 {
namespace {

template <class Ip>
std::optional<host> decode_ip(base::reader& in) {
    Ip ip;
    const auto bytes = in.bytes(ip.bytes.size());
    if (!bytes)
        return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), ip.bytes.begin());
    return unmapped(ip);
}

std::optional<host> decode_name(base::reader& in) {
    const auto length = in.u8();
    const auto bytes = length ? in.bytes(*length) : std::nullopt;
    if (!bytes)
        return std::nullopt;
    return host_name{std::string{base::as_text(*bytes)}};
}

std::optional<host> decode_host(base::reader& in) {
    const auto type = in.u8();
    if (!type)
        return std::nullopt;
    switch (static_cast<address_type>(*type)) {
    case address_type::ipv4:
        return decode_ip<ipv4_address>(in);
    case address_type::domain:
        return decode_name(in);
    case address_type::ipv6:
        return decode_ip<ipv6_address>(in);
    }
    return std::nullopt;
}

void encode_type(base::message_buffer& out, address_type type) {
    out.u8(static_cast<std::uint8_t>(type));
}

} // namespace

std::string_view method_name(std::uint8_t value) {
    if (const auto* const known = find_method(method{value}))
        return known->title;
    return value == no_acceptable_method ? "no acceptable method" : "unassigned or private";
}

void encode_greeting(base::message_buffer& out, const std::vector<method>& methods) {
    out.u8(version);
    out.u8(static_cast<std::uint8_t>(methods.size()));
    for (const method offered : methods)
        out.u8(static_cast<std::uint8_t>(offered));
}

void encode_userpass(base::message_buffer& out, std::string_view user, std::string_view password) {
    out.u8(userpass_version);
    out.u8(static_cast<std::uint8_t>(user.size()));
    out.text(user);
    out.u8(static_cast<std::uint8_t>(password.size()));
    out.text(password);
}

void encode_request(base::message_buffer& out, command cmd, const address& destination) {
    out.u8(version);
    out.u8(static_cast<std::uint8_t>(cmd));
    out.u8(0);
    encode_address(out, destination);
}

void encode_address(base::message_buffer& out, const address& value) {
    if (const auto* v4 = std::get_if<ipv4_address>(&value.host)) {
        encode_type(out, address_type::ipv4);
        out.bytes(v4->bytes);
    } else if (const auto* v6 = std::get_if<ipv6_address>(&value.host)) {
        encode_type(out, address_type::ipv6);
        out.bytes(v6->bytes);
    } else {
        const std::string& name = std::get<host_name>(value.host).text;
        encode_type(out, address_type::domain);
        out.u8(static_cast<std::uint8_t>(name.size()));
        out.text(name);
    }
    out.u16(value.port);
}

std::optional<address> decode_address(base::reader& in) {
    auto where = decode_host(in);
    const auto port = in.u16();
    if (!where || !port)
        return std::nullopt;
    return address{std::move(*where), *port};
}

std::optional<std::size_t> reply_size(base::byte_view prefix) {
    if (prefix.size() < 4)
        return std::nullopt;
    switch (static_cast<address_type>(prefix[3])) {
    case address_type::ipv4:
        return 4 + 4 + 2;
    case address_type::ipv6:
        return 4 + 16 + 2;
    case address_type::domain:
        if (prefix.size() < 5)
            return std::nullopt;
        return std::size_t{4} + 1 + prefix[4] + 2;
    }
    return std::nullopt;
}

bool has_unknown_address_type(base::byte_view prefix) {
    if (prefix.size() < 4)
        return false;
    const auto type = static_cast<address_type>(prefix[3]);
    return type != address_type::ipv4 && type != address_type::domain && type != address_type::ipv6;
}

std::optional<reply> decode_reply(base::byte_view bytes) {
    base::reader in{bytes};
    const auto ver = in.u8();
    const auto rep = in.u8();
    const auto rsv = in.u8();
    auto bound = decode_address(in);
    if (!bound)
        return std::nullopt;
    reply out;
    out.ver = *ver;
    out.rep = *rep;
    out.rsv = *rsv;
    out.bound = std::move(*bound);
    return out;
}

} // namespace sockscat::proto::socks5
