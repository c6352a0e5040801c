// SPDX-License-Identifier: MIT
/// What to try after an error.
#pragma once

#include <sockscat/client.hpp>
#include <sockscat/error.hpp>

#include <string>
#include <string_view>

namespace sockscat::cli {

/// What a hint also depends on, with the error and the options.
struct hint_context {
    std::string_view command{"connect"};
    /// $SOCKSCAT_PASSWORD was set.
    bool has_environment_password{false};
    /// The last proxy was asked for the target by a name.
    bool asks_by_name{false};
};

/// One sentence, or nothing worth saying.
std::string hint_for(
    const error& why, const connect_options& options, const hint_context& context = {});

/// How far a setup has come: what an observer is told.
struct waiting_place {
    std::string hop;
    phase at{phase::none};
};

/// While nothing has come there for some seconds.
std::string hint_while_waiting(const waiting_place& where, const connect_options& options);

/// True if hint_for() has no more to say than hint_while_waiting() has said there.
bool repeats_hint_while_waiting(
    const waiting_place& where,
    const error& why,
    const connect_options& options,
    const hint_context& context = {});

} // namespace sockscat::cli
