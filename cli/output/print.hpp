// SPDX-License-Identifier: MIT
/// Short texts of commands that do not go to the network.
#pragma once

#include <string_view>

namespace sockscat::cli {

/// Writes a text on stdout. Returns the exit status.
int print(std::string_view text);

/// Says what is wrong with the command line; `advice` may be empty. Returns the exit status.
int print_usage_error(std::string_view cause, std::string_view advice);

} // namespace sockscat::cli
