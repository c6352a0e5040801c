// SPDX-License-Identifier: MIT
/// The times of the connections that were measured.
#pragma once

#include "probe/answers/answers.hpp"

#include <sockscat/probe.hpp>

namespace sockscat::probing {

/// Without a target the one lookup is the only request that was measured.
probe_latency latency_of(const answers& all, bool has_target);

} // namespace sockscat::probing
