// SPDX-License-Identifier: MIT
/// What --require asks of a proxy.
#pragma once

#include <sockscat/probe.hpp>

#include <string>
#include <vector>

namespace sockscat::cli {

/// What is required and the report does not have: the words, comma separated.
std::string missing_from(const probe_report& report, const std::vector<probe_check>& required);

} // namespace sockscat::cli
