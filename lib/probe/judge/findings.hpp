// SPDX-License-Identifier: MIT
/// Answers to a verdict and findings. Rules without any I/O.
#pragma once

#include "probe/answers/answers.hpp"

#include <sockscat/probe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sockscat::probing {

/// Why it is of no use; nothing if it is.
struct judgement {
    probe_verdict verdict{probe_verdict::usable};
    std::optional<error> why;
    std::string id; ///< of the finding
    std::string advice;
};
judgement judge(const answers& all);

/// What is worth telling besides, in no order. `report` has its checks, TLS and latency.
/// `now`: seconds since 1970.
std::vector<finding> find_out(const answers& all, const probe_report& report, std::int64_t now);

/// The product that it behaves like, and what shows it; nothing if several do.
struct likeness {
    std::string product;
    std::string evidence;
};
std::optional<likeness> guess_product(const answers& all);

} // namespace sockscat::probing
