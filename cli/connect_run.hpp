// SPDX-License-Identifier: MIT
/// The command `connect`, once its words are sorted.
#pragma once

#include "arguments.hpp"
#include "console.hpp"

namespace sockscat::cli {

/// Returns the exit status.
int run_connect(const arguments& given, console& out);

} // namespace sockscat::cli
