// SPDX-License-Identifier: MIT
/// Answers to check results (what servers say is in lib/proto/README.md, Servers). Rules without
/// any I/O.
#pragma once

#include "probe/answers/answers.hpp"

#include <sockscat/probe.hpp>

#include <string>

namespace sockscat::probing {

/// What the answers say about one check.
check_result read_check(probe_check id, const answers& all);

// The parts of it.
check_result read_version(probe_check id, const answers& all);
check_result read_auth(probe_check id, const answers& all);
check_result read_command(probe_check id, const answers& all);
check_result read_address(probe_check id, const answers& all);
check_result read_tls(const answers& all);
check_result read_pipelining(const answers& all);

/// Why nothing could be asked that needs to be let in; empty if it could.
std::string locked_out(const answers& all);

/// The answer of RESOLVE is the address that was asked for.
bool is_genuine_resolve(const answer& said);
/// BND.ADDR and BND.PORT are those of the proxy's own listener.
bool is_listener(const address& bound, const answers& all);

} // namespace sockscat::probing
