// SPDX-License-Identifier: MIT
/// The times of a report: numbers, and a waterfall of them.
#pragma once

#include "report_lines.hpp"

#include <sockscat/probe.hpp>

namespace sockscat::cli {

/// "0.35", "12.4"
std::string number_text(double value);

void add_latency(report_lines& out, const probe_latency& latency);

} // namespace sockscat::cli
