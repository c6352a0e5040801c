// SPDX-License-Identifier: MIT
/// The report of `probe`: for people, and as JSON.
#pragma once

#include <sockscat/probe.hpp>

#include <string>
#include <vector>

namespace sockscat::cli {

/// What --require wants and the report does not have: the words, comma separated.
std::string missing_from(const probe_report& report, const std::vector<probe_check>& required);

/// A block of lines; `to_try`: a command that uses the proxy; `color`: escape sequences around
/// words. 80 columns if texts allow it.
std::string readable_report(const probe_report& report, std::string_view to_try, bool color);

/// One line of JSON, schema "sockscat.probe/1", with its LF.
std::string probe_json(const probe_report& report, int exit_status);

} // namespace sockscat::cli
