// SPDX-License-Identifier: MIT
/// What is said about all commands.
#pragma once

#include <string>
#include <string_view>

namespace sockscat::cli {

/// What `sockscat --help` prints, 80 columns wide; the list of the commands is made from their
/// table.
std::string overview_text();

/// Says that there is no such command, and `advice`, or else which one may be meant. Returns the
/// exit status.
int print_unknown_command(std::string_view name, const std::string& advice = "");

} // namespace sockscat::cli
