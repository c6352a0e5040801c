// SPDX-License-Identifier: MIT
/// Names as DNS knows them (RFC 1035 section 2.3), and those that it does not know.
///
/// Their text is the presentation form of RFC 1035 section 5.1: dots between the labels, and a byte
/// as \DDD (decimal), or any character but a digit behind a backslash, stands for itself.
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/export.hpp>
#include <sockscat/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

/// The name under in-addr.arpa or ip6.arpa where the PTR records of an IP address are (RFC 1035
/// section 3.5, RFC 3596 section 2.5). `ip` must be an IP address.
SOCKSCAT_EXPORT std::string reverse_name(const host& ip);

/// The bytes of each label; none of the root, which is ".". failure::usage: a broken escape, a
/// label that has not 1 to 63 bytes, a name of more than 255 bytes on the wire.
SOCKSCAT_EXPORT result<std::vector<std::string>> dns_labels(std::string_view name);

/// A name in presentation form, with or without a final dot, as a host that dns_query takes.
/// failure::usage as of dns_labels().
SOCKSCAT_EXPORT result<host> parse_dns_name(std::string_view text);

/// The presentation form of a name that came as bytes, whose dots are taken for those between
/// labels. Printable ASCII.
SOCKSCAT_EXPORT std::string to_dns_text(std::string_view raw);

/// Why the name does not fit into a question: failure::usage. Dots separate labels, with none at
/// the end except in the root, which is ".".
SOCKSCAT_EXPORT result<void> check_dns_name(std::string_view name);

/// True for names that are never looked up in DNS: those under `onion` (RFC 7686) and `i2p`, in any
/// case, with or without a final dot. Only a proxy into their network can resolve them, and a query
/// would only reveal who asks for whom. The client of dns_client.hpp asks no server for them, and
/// no operation of this library asks the resolver of this machine.
SOCKSCAT_EXPORT bool has_no_dns(std::string_view name);

} // namespace sockscat
