// SPDX-License-Identifier: MIT
/// The part of `connect` and `bind` after the handshake: pipe stdin and stdout through the tunnel.
#pragma once

#include "command_run.hpp"

#include <sockscat/relay.hpp>

namespace sockscat::cli {

/// stdin and stdout, opened before the process is restricted.
struct standard_ends {
    local_end input{0, local_end::use::input};
    local_end output{1, local_end::use::output};
};

/// Relays until an end, says what is to be said about it. Returns the exit status.
int run_relay(command_run& run, stream& tunnel, standard_ends& ends, relay_options options);

} // namespace sockscat::cli
