// SPDX-License-Identifier: MIT
/// One connection, one question.
#pragma once

#include "exchange_plan.hpp"
#include "probe/answers/answer.hpp"

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::probing {

/// Reaches the last hop of the chain, asks, and closes. exchange_plan::limit bounds it all. Both
/// arguments are borrowed; the observer of the options is told everything. Never fails: what went
/// wrong is in the answer.
asio::awaitable<answer> exchange(const connect_options& options, const exchange_plan& plan);

} // namespace sockscat::probing
