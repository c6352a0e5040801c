// SPDX-License-Identifier: MIT
/// A request to an HTTP proxy on one connection, and its reply.
#pragma once

#include "byte_exchange.hpp"
#include "exchange_plan.hpp"

#include <sockscat/proxy_spec.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::probing {

/// All are borrowed; `out` is filled. Without a request it ends where one would be sent.
asio::awaitable<void> ask_by_http(
    byte_exchange& bytes, const proxy_spec& hop, const exchange_plan& plan, answer& out);

} // namespace sockscat::probing
