// SPDX-License-Identifier: MIT
/// The --proxy-* options: credentials and TLS settings for the hops of a chain.
#pragma once

#include "arguments.hpp"
#include "output/console.hpp"
#include "password_line.hpp"

#include <sockscat/client.hpp>

namespace sockscat::cli {

/// Completes the hops by options, password files and $SOCKSCAT_PASSWORD, which is always taken out
/// of the environment; handshake_options::methods are known by then. With several hops an option is
/// a usage error unless only one of them can take it.
result<void> apply_hop_options(
    const arguments& given, connect_options& options, console& out, const reading_limits& limits);

/// Asks for the passwords that are still missing and would be sent; `interrupt_fd` ends that.
result<void> ask_missing_passwords(
    const arguments& given, connect_options& options, int interrupt_fd);

} // namespace sockscat::cli
