// SPDX-License-Identifier: MIT
/// The help texts: hand-kept, 80 columns wide. Manual and completions are checked against them.
#pragma once

#include <string_view>

namespace sockscat::cli {

/// What `sockscat --help` prints.
std::string_view overview_text();

/// What `sockscat connect --help` prints.
std::string_view connect_text();

} // namespace sockscat::cli
