// SPDX-License-Identifier: MIT
/// Addresses as the system calls want them.
#pragma once

#include <sockscat/address.hpp>

#include <cstdint>
#include <optional>
#include <sys/socket.h>

namespace sockscat::net {

struct socket_address {
    sockaddr_storage storage{};
    socklen_t size{0};
};

/// The IP address and port; nothing for another family. An IPv4-mapped address becomes IPv4.
std::optional<address> from_sockaddr(const sockaddr* value);

/// `value` must not be a name. In family AF_INET6 an IPv4 address is written IPv4-mapped. `zone` is
/// the interface's index of a link-local address, 0 for none.
socket_address to_sockaddr(const address& value, int family, std::uint32_t zone = 0);

/// The interface's index of a link-local address, 0 of any other.
std::uint32_t zone_of(const sockaddr* value);
/// The same of the peer of a socket, 0 if there is none.
std::uint32_t zone_of_peer(int fd);

/// AF_INET or AF_INET6.
int family_of(const host& value);

} // namespace sockscat::net
