// SPDX-License-Identifier: MIT
/// The proxy's own lookups: RESOLVE and RESOLVE_PTR.
#pragma once

#include "net/within.hpp"

#include <sockscat/dns_client.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::dns {

/// Why these commands cannot ask for it: failure::usage.
result<void> check_tor(const connect_options& options, const dns_query& query);

/// One question; check_tor() has been passed. Arguments are borrowed.
asio::awaitable<dns_answer> ask_tor(
    const connect_options& options, const dns_query& query, net::deadline end);

} // namespace sockscat::dns
