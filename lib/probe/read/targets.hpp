// SPDX-License-Identifier: MIT
/// What came of the targets.
#pragma once

#include "probe/answers/answers.hpp"

#include <sockscat/probe.hpp>

#include <vector>

namespace sockscat::probing {

/// One for each of `wanted`, also of those that had no turn.
std::vector<target_result> read_targets(const answers& all, const std::vector<address>& wanted);

} // namespace sockscat::probing
