// SPDX-License-Identifier: MIT
/// All operands of `resolve`, a few at a time.
#pragma once

#include "resolve_settings.hpp"
#include "runtime/command_run.hpp"

#include <sockscat/local_end.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::cli {

/// Looks up every operand and prints what came, in their order; says what failed. Ends early when
/// something would fail for all of them. The first one goes alone, to find out which way there is.
/// Returns the exit status: 0, 3 if names without a record are all that failed, or that of the
/// first other failure. All arguments are borrowed.
asio::awaitable<int> resolve_all(
    command_run& run, const resolve_settings& settings, const local_end& output);

} // namespace sockscat::cli
