// SPDX-License-Identifier: MIT
/// What to try after an error.
#pragma once

#include <sockscat/client.hpp>
#include <sockscat/error.hpp>

#include <string>
#include <string_view>

namespace sockscat::cli {

/// One sentence, or nothing worth saying.
std::string hint_for(
    const error& why, const connect_options& options, std::string_view command = "connect");

} // namespace sockscat::cli
