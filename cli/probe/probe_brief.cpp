// SPDX-License-Identifier: MIT
#include "latency_text.hpp"
#include "probe_report.hpp"

#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::string_view nothing = "-";

// The last parts of the ids of a group's checks that are yes: "none,password".
std::string words_for(const probe_report& report, probe_group group) {
    std::string text;
    for (const check_result& each : report.checks) {
        if (group_of(each.id) != group || each.status != check_status::yes)
            continue;
        const std::string_view id = to_string(each.id);
        text.append(text.empty() ? "" : ",").append(id.substr(id.find('.') + 1));
    }
    return text;
}

std::string versions_of(const probe_report& report) {
    if (report.protocol != proxy_protocol::http)
        return words_for(report, probe_group::versions);
    return report.verdict == probe_verdict::usable ? "http" : "";
}

std::string total_of(const probe_report& report) {
    const bool is_known = report.latency && report.latency->total;
    return is_known ? number_text(report.latency->total->median) : "";
}

} // namespace

std::string brief_report(const probe_report& report) {
    std::string line{to_string(report.verdict)};
    for (const std::string& field :
         {report.url, versions_of(report), words_for(report, probe_group::auth), total_of(report),
          report.findings.empty() ? std::string{} : report.findings.front().id})
        line.append("\t").append(field.empty() ? nothing : field);
    return std::move(line).append("\n");
}

} // namespace sockscat::cli
