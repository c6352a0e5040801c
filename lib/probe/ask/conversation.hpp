// SPDX-License-Identifier: MIT
/// One connection, one question.
#pragma once

#include "probe/answers/answer.hpp"
#include "questions.hpp"

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::probing {

/// Reaches the last hop of the chain, asks, and closes. question::limit bounds it all. Both
/// arguments are borrowed; the observer of the options is told everything. Never fails: what went
/// wrong is in the answer.
asio::awaitable<answer> converse(const connect_options& options, const question& asked);

} // namespace sockscat::probing
