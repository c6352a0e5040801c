// SPDX-License-Identifier: MIT
/// The passwords of the hops of a chain, from wherever they come.
#pragma once

#include "arguments.hpp"
#include "output/console.hpp"
#include "password_line.hpp"

#include <sockscat/client.hpp>

#include <optional>

namespace sockscat::cli {

/// Completes the hops by options, password files and what $SOCKSCAT_PASSWORD has; user names and
/// handshake_options::methods are known by then. Two sources for one hop are a usage error.
result<void> apply_passwords(
    const arguments& given,
    connect_options& options,
    console& out,
    const reading_limits& limits,
    result<std::optional<secret>> from_environment);

/// Asks for the passwords that are still missing and would be sent; `interrupt_fd` ends that.
result<void> ask_missing_passwords(
    const arguments& given, connect_options& options, int interrupt_fd);

} // namespace sockscat::cli
