// SPDX-License-Identifier: MIT
/// The report of `probe`: for people, and as JSON.
#pragma once

#include "report_lines.hpp"

#include <sockscat/probe.hpp>

#include <string>
#include <string_view>

namespace sockscat::cli {

/// A block of lines; `to_try`: a command that uses the proxy.
std::string readable_report(
    const probe_report& report, std::string_view to_try, const report_style& style);

/// One line with its LF, whose fields are separated by TABs: the verdict, the proxy's URL, the
/// versions that it speaks, the logins that it accepts, the median of the whole latency in
/// milliseconds, the id of the first finding; "-" for what is not known.
std::string brief_report(const probe_report& report);

/// One line of JSON, schema "sockscat.probe/1", with its LF.
std::string probe_json(const probe_report& report, int exit_status);

} // namespace sockscat::cli
