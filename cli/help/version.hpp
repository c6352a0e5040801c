// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace sockscat::cli {

/// What `sockscat --version` prints.
std::string version_text();
/// The same, and a line for each library that is loaded when it is needed.
std::string version_and_libraries();

} // namespace sockscat::cli
