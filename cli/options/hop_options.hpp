// SPDX-License-Identifier: MIT
/// The --proxy-* options: credentials and TLS settings for the hops of a chain.
#pragma once

#include "arguments.hpp"
#include "output/console.hpp"

#include <sockscat/proxy_spec.hpp>

#include <vector>

namespace sockscat::cli {

/// Completes the hops by options, password files and $SOCKSCAT_PASSWORD, which is always taken out
/// of the environment. With several hops an option is a usage error unless only one of them can
/// take it. Asks for a password if told to; `interrupt_fd` ends that.
result<void> apply_hop_options(
    const arguments& given, std::vector<proxy_spec>& chain, console& out, int interrupt_fd);

} // namespace sockscat::cli
