// SPDX-License-Identifier: MIT
#include "requirement.hpp"

namespace sockscat::cli {
namespace {

// What is required of an HTTP proxy by the same word.
probe_check meant_by(probe_check word, proxy_protocol protocol) {
    if (protocol != proxy_protocol::http)
        return word;
    return word == probe_check::command_connect ? probe_check::http_connect
           : word == probe_check::auth_password ? probe_check::auth_basic
                                                : word;
}

} // namespace

std::string missing_from(const probe_report& report, const std::vector<probe_check>& required) {
    std::string missing;
    for (const probe_check word : required) {
        const probe_check id = meant_by(word, report.protocol);
        const check_result* const check = report.find(id);
        if (check != nullptr && check->status == check_status::yes)
            continue;
        missing += missing.empty() ? "" : ", ";
        missing.append(to_string(id));
        if (check != nullptr)
            missing.append(" (").append(to_string(check->status)).append(")");
    }
    return missing;
}

} // namespace sockscat::cli
