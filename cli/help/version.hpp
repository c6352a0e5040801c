// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace sockscat::cli {

/// What `sockscat --version` prints.
std::string version_text();

} // namespace sockscat::cli
