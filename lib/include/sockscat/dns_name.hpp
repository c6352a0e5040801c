// SPDX-License-Identifier: MIT
/// \file
/// Names in DNS (RFC 1035 section 2.3), and names that are not in DNS.
///
/// Their text is in the presentation form of RFC 1035 section 5.1: labels are separated by dots, a
/// byte can be written as `\DDD` (decimal), and any character but a digit can be quoted by a
/// backslash before it.
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

/// The bytes of each label; no labels for the root, which is ".". Errors, failure::usage: a
/// malformed escape, a label that does not have 1 to 63 bytes, a name of more than 255 bytes as it
/// is sent.
SOCKSCAT_EXPORT result<std::vector<std::string>> dns_labels(std::string_view name);

/// A name in presentation form, with or without a final dot, as a host for dns_query. Errors as for
/// dns_labels().
SOCKSCAT_EXPORT result<host> parse_dns_name(std::string_view text);

/// The presentation form of a name that was received as bytes; its dots are taken as separators of
/// labels. Printable ASCII.
SOCKSCAT_EXPORT std::string to_dns_text(std::string_view raw);

/// Why the name cannot be asked about: failure::usage. It must not have a dot at the end, except
/// for the root ".".
SOCKSCAT_EXPORT result<void> check_dns_name(std::string_view name);

/// True for names that are never looked up in DNS: those under `onion` (RFC 7686) and `i2p`, in any
/// case, with or without a final dot. Only a proxy into their network can resolve them, and a query
/// would only reveal that someone wants to reach them. dns_client asks no server about them, and no
/// operation of this library asks the resolver of this machine.
SOCKSCAT_EXPORT bool has_no_dns(std::string_view name);

} // namespace sockscat
