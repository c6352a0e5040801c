// SPDX-License-Identifier: MIT
/// Names as DNS knows them.
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/result.hpp>

#include <string>
#include <string_view>

namespace sockscat::cli {

/// The name under in-addr.arpa or ip6.arpa that stands for an IP address.
std::string reverse_name(const host& ip);

/// Why the name does not fit into a question: failure::usage.
result<void> check_dns_name(std::string_view name);

} // namespace sockscat::cli
