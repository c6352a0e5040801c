// SPDX-License-Identifier: MIT
/// What to try after an error.
#pragma once

#include <sockscat/client.hpp>
#include <sockscat/error.hpp>

#include <string>
#include <string_view>

namespace sockscat::cli {

/// What a hint depends on besides the error and the options.
struct hint_context {
    std::string_view command{"connect"};
    /// $SOCKSCAT_PASSWORD was set.
    bool has_environment_password{false};
};

/// One sentence, or nothing worth saying.
std::string hint_for(
    const error& why, const connect_options& options, const hint_context& context = {});

} // namespace sockscat::cli
