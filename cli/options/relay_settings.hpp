// SPDX-License-Identifier: MIT
/// The options of the commands that pipe a stream, and of those that account for a run.
#pragma once

#include "arguments.hpp"

#include <sockscat/relay.hpp>

#include <string>
#include <vector>

namespace sockscat::cli {

/// --on-eof, -N, --linger, ...
extern const std::vector<option_spec> relay_specs;

result<relay_options> relay_options_from(const arguments& given);

/// What is wanted in addition to the data.
struct account_settings {
    account_settings() = default;

    bool stats{false};
    bool progress{false};
    std::string report_file; ///< empty: none; "-": stderr
    bool trace{false};
    std::string trace_file; ///< empty: none
    bool has_environment_password{false};
    bool sandbox{true};       ///< not --no-sandbox
    bool needs_reader{false}; ///< without one of stdout the run is for nothing
};

/// --stats, --report (the trace is one of common_specs).
extern const std::vector<option_spec> account_specs;

/// To be called before connect_options_from(), which takes the password out of the environment.
account_settings account_settings_from(const arguments& given);

} // namespace sockscat::cli
