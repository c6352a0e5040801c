// SPDX-License-Identifier: MIT
/// Names as DNS knows them (RFC 1035 section 2.3), and those that it does not know.
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/result.hpp>

#include <string>
#include <string_view>

namespace sockscat {

/// The name under in-addr.arpa or ip6.arpa where the PTR records of an IP address are (RFC 1035
/// section 3.5, RFC 3596 section 2.5). `ip` must be an IP address.
std::string reverse_name(const host& ip);

/// Why the name does not fit into a question: failure::usage. Dots separate labels, with none at
/// the end except in the root, which is ".".
result<void> check_dns_name(std::string_view name);

/// True for names that are never looked up in DNS: those under `onion` (RFC 7686) and `i2p`, in any
/// case, with or without a final dot. Only a proxy into their network can resolve them, and a query
/// would only reveal who asks for whom. The client of dns_client.hpp asks no server for them, and
/// no operation of this library asks the resolver of this machine.
bool has_no_dns(std::string_view name);

} // namespace sockscat
