// SPDX-License-Identifier: MIT
/// The help texts: hand-kept, 80 columns wide. Manual and completions are checked against them.
#pragma once

#include <string>

namespace sockscat::cli {

/// What `sockscat --help` prints.
std::string overview_text();

/// What `sockscat connect --help` prints.
std::string connect_text();

/// What `sockscat bind --help` prints.
std::string bind_text();

/// What `sockscat udp --help` prints.
std::string udp_text();

/// What `sockscat resolve --help` prints.
std::string resolve_text();
/// What `sockscat probe --help` prints.
std::string probe_text();

} // namespace sockscat::cli
