// SPDX-License-Identifier: MIT
/// What the commands give up of the system's services, and when.
#pragma once

#include "output/console.hpp"

#include <sockscat/client.hpp>
#include <sockscat/confinement.hpp>

namespace sockscat::cli {

/// What is needed until a tunnel is open.
remaining_needs needs_of_setup(const connect_options& options);

/// What is needed to examine proxies, whatever they are.
remaining_needs needs_of_probes();

/// A name is looked up on this machine, or a library reads what the peer sends (TLS,
/// Kerberos).
bool is_involved(const connect_options& options);

/// Leaves the process no more than `needs`, and says with -vv what is in force. Nothing else
/// happens without `is_wanted`.
void confine_process(const remaining_needs& needs, bool is_wanted, console& out);

} // namespace sockscat::cli
