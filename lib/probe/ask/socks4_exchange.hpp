// SPDX-License-Identifier: MIT
/// SOCKS4 on one connection: the request, and its reply.
#pragma once

#include "byte_exchange.hpp"
#include "exchange_plan.hpp"

#include <sockscat/proxy_spec.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::probing {

/// All arguments are borrowed; `out` is filled.
asio::awaitable<void> ask_by_socks4(
    byte_exchange& bytes, const proxy_spec& hop, const exchange_plan& plan, answer& out);

} // namespace sockscat::probing
