// SPDX-License-Identifier: MIT
/// From the words of the command line to a command.
#pragma once

#include <string>
#include <vector>

namespace sockscat::cli {

/// Runs the command that the first word names. Returns the exit status.
int dispatch(std::vector<std::string> words);

} // namespace sockscat::cli
