// SPDX-License-Identifier: MIT
/// What to try with a proxy that was found usable.
#pragma once

#include "options/arguments.hpp"

#include <sockscat/proxy_spec.hpp>

#include <string>
#include <vector>

namespace sockscat::cli {

/// "sockscat connect -x URL HOST PORT": the command that uses the same chain, for a shell. It holds
/// no password, but says how to give one, unless `knows_password`: the environment has it.
std::string command_to_try(
    const arguments& given, const std::vector<proxy_spec>& chain, bool knows_password);

} // namespace sockscat::cli
