// SPDX-License-Identifier: MIT
/// The options that every command has: which proxy, which credentials, how long.
#pragma once

#include "arguments.hpp"
#include "output/console.hpp"

#include <sockscat/client.hpp>

#include <string>
#include <vector>

namespace sockscat::cli {

/// For arguments::parse().
extern const std::vector<option_spec> common_specs;

/// What is said, and how loudly; usable before anything else was judged.
result<console> console_from(const arguments& given);

/// --color; what makes no sense is automatic, console_from() refuses it.
color_mode color_mode_from(const arguments& given);

/// The proxies of -x, or of the environment.
result<std::vector<proxy_spec>> chain_from(const arguments& given, console& out);

/// Chain, methods, family and time limit from options and environment. Asks for a password if told
/// to; `interrupt_fd` ends that.
result<connect_options> connect_options_from(
    const arguments& given, console& out, int interrupt_fd);

/// The same for a chain that is known already.
result<connect_options> connect_options_for(
    const arguments& given, std::vector<proxy_spec> chain, console& out, int interrupt_fd);

} // namespace sockscat::cli
