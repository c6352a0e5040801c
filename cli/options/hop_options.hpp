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

} // namespace sockscat::cli
