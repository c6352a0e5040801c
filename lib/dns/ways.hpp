// SPDX-License-Identifier: MIT
/// Which ways can carry a query, which of them is tried next, and how patiently.
#pragma once

#include "dns_path.hpp"

#include <sockscat/dns_client.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace sockscat::dns {

/// The types that a query asks for, at least one.
std::vector<record_type> types_of(const dns_query& query);
/// The name that a DNS server is asked for.
std::string name_in_dns(const dns_query& query);
std::vector<dns_question> questions_for(
    const dns_query& query, const std::vector<record_type>& types);

/// The ways of `wanted` that can carry the query, in their order; none is failure::usage.
result<std::vector<dns_way>> ways_for(
    const connect_options& options, const dns_client_options& wanted, const dns_query& query);

/// Whether another way may do better: the proxy does not have this one, or nothing comes back.
bool is_no_way(dns_way way, const error& why);

/// How often and how long a question over UDP is asked; `limit` is that of the query, 0: none.
retry_policy policy_for(const dns_client_options& wanted, std::chrono::milliseconds limit);

} // namespace sockscat::dns
