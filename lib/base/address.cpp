// SPDX-License-Identifier: MIT
#include <sockscat/address.hpp>

#include "idna.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <arpa/inet.h>

namespace sockscat {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

template <class Address>
std::string ip_text(int family, const Address& value) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return inet_ntop(family, value.bytes.data(), text.data(), text.size());
}

bool is_name_byte(char byte) {
    const char letter = lower(byte);
    return (letter >= 'a' && letter <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
           byte == '_' || byte == '.' || (byte & 0x80) != 0;
}

error bad_host(std::string_view called, std::string_view why) {
    return usage_error(std::string{called} + " " + std::string{why});
}

result<host> parse_ascii_host(std::string_view text, std::string_view called) {
    if (text.empty())
        return usage_error("the host is empty");
    if (auto ip = parse_ip(text))
        return *ip;
    if (text.find(':') != std::string_view::npos)
        return bad_host(called, "is not an IPv6 address");
    std::string_view name = text;
    if (name.ends_with('.'))
        name.remove_suffix(1);
    if (name.empty())
        return bad_host(called, "is not a host name");
    if (!std::all_of(name.begin(), name.end(), is_name_byte))
        return bad_host(called, "contains a character that is not allowed in host names");
    if (name.size() > 255)
        return bad_host(
            called, "has " + std::to_string(name.size()) + " bytes; at most 255 are allowed");
    const bool is_numeric = name.find_first_not_of("0123456789.") == std::string_view::npos;
    if (is_numeric && name.find('.') != std::string_view::npos)
        return bad_host(called, "is not a valid IPv4 address");
    return host{host_name{std::string{name}}};
}

} // namespace

std::optional<host> parse_ip(std::string_view text) {
    const std::string copy{text}; // inet_pton needs a terminating NUL
    if (copy.size() != std::char_traits<char>::length(copy.c_str()))
        return std::nullopt;
    ipv4_address v4;
    if (inet_pton(AF_INET, copy.c_str(), v4.bytes.data()) == 1)
        return v4;
    ipv6_address v6;
    if (inet_pton(AF_INET6, copy.c_str(), v6.bytes.data()) != 1)
        return std::nullopt;
    return unmapped(v6);
}

host unmapped(const host& value) {
    const auto* v6 = std::get_if<ipv6_address>(&value);
    if (v6 == nullptr || !std::equal(mapped_prefix.begin(), mapped_prefix.end(), v6->bytes.begin()))
        return value;
    ipv4_address v4;
    std::copy(v6->bytes.begin() + 12, v6->bytes.end(), v4.bytes.begin());
    return v4;
}

bool is_unspecified(const host& value) {
    if (const auto* name = std::get_if<host_name>(&value))
        return name->text.empty();
    if (const auto* v4 = std::get_if<ipv4_address>(&value))
        return *v4 == ipv4_address{};
    return std::get<ipv6_address>(value) == ipv6_address{};
}

bool is_private(const host& value) {
    if (is_loopback(value))
        return true;
    if (const auto* v4 = std::get_if<ipv4_address>(&value)) {
        const auto& b = v4->bytes;
        return b[0] == 10 || (b[0] == 172 && (b[1] & 0xF0) == 16) || (b[0] == 192 && b[1] == 168) ||
               (b[0] == 169 && b[1] == 254);
    }
    const auto* v6 = std::get_if<ipv6_address>(&value);
    return v6 != nullptr && ((v6->bytes[0] & 0xFE) == 0xFC ||
                             (v6->bytes[0] == 0xFE && (v6->bytes[1] & 0xC0) == 0x80));
}

result<host> parse_host(std::string_view text) {
    return parse_host(text, "host " + quote_value(text));
}

result<host> parse_host(std::string_view text, std::string_view called) {
    if (base::is_ascii(text))
        return parse_ascii_host(text, called);
    if (!std::all_of(text.begin(), text.end(), is_name_byte))
        return bad_host(called, "contains a character that is not allowed in host names");
    const auto ascii = base::to_ascii(text, called);
    return ascii ? parse_ascii_host(ascii.value(), called) : ascii.error();
}

bool is_loopback(const host& value) {
    if (const auto* v4 = std::get_if<ipv4_address>(&value))
        return v4->bytes[0] == 127;
    if (const auto* v6 = std::get_if<ipv6_address>(&value)) {
        ipv6_address loopback;
        loopback.bytes[15] = 1;
        return *v6 == loopback;
    }
    return false;
}

std::string to_string(const host& value) {
    if (const auto* v4 = std::get_if<ipv4_address>(&value)) {
        const auto& b = v4->bytes;
        return std::to_string(b[0]) + "." + std::to_string(b[1]) + "." + std::to_string(b[2]) +
               "." + std::to_string(b[3]);
    }
    if (const auto* v6 = std::get_if<ipv6_address>(&value))
        return ip_text(AF_INET6, *v6);
    return escape(std::get<host_name>(value).text);
}

std::string to_string(const address& value) {
    const std::string name = to_string(value.host);
    const bool brackets = std::holds_alternative<ipv6_address>(value.host);
    return (brackets ? "[" + name + "]" : name) + ":" + std::to_string(value.port);
}

} // namespace sockscat
