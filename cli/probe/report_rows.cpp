// SPDX-License-Identifier: MIT
#include "report_rows.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sockscat::cli {
namespace {

constexpr std::array order{
    probe_check::socks5,
    probe_check::socks4,
    probe_check::socks4a,
    probe_check::tls,
    probe_check::auth_none,
    probe_check::auth_password,
    probe_check::auth_chap,
    probe_check::auth_gssapi,
    probe_check::command_connect,
    probe_check::command_bind,
    probe_check::command_udp_associate,
    probe_check::command_resolve,
    probe_check::command_resolve_ptr,
    probe_check::address_ipv4,
    probe_check::address_ipv6,
    probe_check::address_domain,
    probe_check::auth_basic,
    probe_check::auth_digest,
    probe_check::auth_ntlm,
    probe_check::auth_negotiate,
    probe_check::http_connect,
};

bool belongs_to(const row_run& run, const check_result& next) {
    return next.status == check_status::skipped && run.first->status == check_status::skipped &&
           next.reason == run.first->reason && heading_of(next.id) == heading_of(run.first->id);
}

} // namespace

// TLS is a group of its own for --only, and a version for a reader.
std::string heading_of(probe_check id) {
    const auto group = group_of(id) == probe_group::tls ? probe_group::versions : group_of(id);
    std::string text{to_string(group)};
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(c - 'a' + 'A');
    });
    return text;
}

std::vector<row_run> rows_of(const probe_report& report) {
    std::vector<row_run> all;
    for (const probe_check id : order) {
        const check_result* const check = report.find(id);
        if (check == nullptr)
            continue;
        if (!all.empty() && belongs_to(all.back(), *check)) {
            ++all.back().size;
            all.back().names.append(", ").append(name_of(id));
        } else {
            all.push_back({check, 1, std::string{name_of(id)}});
        }
    }
    return all;
}

std::string row_name(const probe_report& report, const row_run& run) {
    constexpr std::size_t longest = 16;
    if (run.names.size() <= longest)
        return run.names;
    const auto in_group = std::count_if(order.begin(), order.end(), [&](probe_check id) {
        return report.find(id) != nullptr && heading_of(id) == heading_of(run.first->id);
    });
    return run.size == static_cast<std::size_t>(in_group) ? "all"
                                                          : std::to_string(run.size) + " others";
}

} // namespace sockscat::cli
