// SPDX-License-Identifier: MIT
#include "sockaddr.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>

namespace sockscat::net {
namespace {

template <class Sockaddr>
socket_address wrap(const Sockaddr& value) {
    socket_address out;
    std::memcpy(&out.storage, &value, sizeof value);
    out.size = sizeof value;
    return out;
}

socket_address ipv4(const ipv4_address& ip, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    std::memcpy(&out.sin_addr, ip.bytes.data(), ip.bytes.size());
    return wrap(out);
}

socket_address ipv6(const ipv6_address& ip, std::uint16_t port, std::uint32_t zone) {
    sockaddr_in6 out{};
    out.sin6_family = AF_INET6;
    out.sin6_port = htons(port);
    out.sin6_scope_id = zone;
    std::memcpy(&out.sin6_addr, ip.bytes.data(), ip.bytes.size());
    return wrap(out);
}

ipv6_address mapped(const ipv4_address& ip) {
    ipv6_address out{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}};
    std::copy(ip.bytes.begin(), ip.bytes.end(), out.bytes.begin() + 12);
    return out;
}

} // namespace

std::optional<address> from_sockaddr(const sockaddr* value) {
    if (value->sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, value, sizeof in);
        ipv4_address ip;
        std::memcpy(ip.bytes.data(), &in.sin_addr, ip.bytes.size());
        return address{ip, ntohs(in.sin_port)};
    }
    if (value->sa_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, value, sizeof in);
        ipv6_address ip;
        std::memcpy(ip.bytes.data(), &in.sin6_addr, ip.bytes.size());
        return address{unmapped(ip), ntohs(in.sin6_port)};
    }
    return std::nullopt;
}

socket_address to_sockaddr(const address& value, int family, std::uint32_t zone) {
    if (const auto* v4 = std::get_if<ipv4_address>(&value.host))
        return family == AF_INET6 ? ipv6(mapped(*v4), value.port, 0) : ipv4(*v4, value.port);
    return ipv6(std::get<ipv6_address>(value.host), value.port, zone);
}

std::uint32_t zone_of(const sockaddr* value) {
    if (value->sa_family != AF_INET6)
        return 0;
    sockaddr_in6 in{};
    std::memcpy(&in, value, sizeof in);
    return IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr) ? in.sin6_scope_id : 0;
}

std::uint32_t zone_of_peer(int fd) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    auto* const place = reinterpret_cast<sockaddr*>(&peer);
    return ::getpeername(fd, place, &size) == 0 ? zone_of(place) : 0;
}

int family_of(const host& value) {
    return std::holds_alternative<ipv4_address>(value) ? AF_INET : AF_INET6;
}

} // namespace sockscat::net
