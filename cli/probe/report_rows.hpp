// SPDX-License-Identifier: MIT
/// The checks of a report as rows of its table.
#pragma once

#include <sockscat/probe.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace sockscat::cli {

/// Rows of one group, of which those after the first were skipped for the same reason.
struct row_run {
    const check_result* first;
    std::size_t size{1};
    std::string names; ///< "IPv4, IPv6"
};

/// In the order in which one reads them; what was skipped for one reason is one row.
std::vector<row_run> rows_of(const probe_report& report);

/// The names of a row, or how many there are.
std::string row_name(const probe_report& report, const row_run& run);

/// What is above the rows of a check's group.
std::string heading_of(probe_check id);

} // namespace sockscat::cli
