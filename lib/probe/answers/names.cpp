// SPDX-License-Identifier: MIT
#include <sockscat/probe.hpp>

#include <algorithm>

namespace sockscat {
namespace {

constexpr std::array<std::string_view, probe_group_count> groups{"versions",  "auth", "commands",
                                                                 "addresses", "tls",  "latency"};

} // namespace

std::string_view to_string(probe_group value) {
    return groups[static_cast<std::size_t>(value)];
}

std::string_view to_string(check_status value) {
    static constexpr std::array<std::string_view, 5> words{
        "yes", "no", "unclear", "skipped", "error"};
    return words[static_cast<std::size_t>(value)];
}

std::string_view to_string(probe_verdict value) {
    static constexpr std::array<std::string_view, 4> words{
        "usable", "unusable", "unreachable", "not-socks"};
    return words[static_cast<std::size_t>(value)];
}

std::string_view to_string(severity value) {
    static constexpr std::array<std::string_view, 3> words{"info", "warn", "fail"};
    return words[static_cast<std::size_t>(value)];
}

std::string_view to_string(target_status value) {
    static constexpr std::array<std::string_view, 4> words{
        "reached", "refused", "failed", "no reply"};
    return words[static_cast<std::size_t>(value)];
}

std::optional<probe_group> find_group(std::string_view name) {
    const auto found = std::find(groups.begin(), groups.end(), name);
    if (found == groups.end())
        return std::nullopt;
    return static_cast<probe_group>(found - groups.begin());
}

const check_result* probe_report::find(probe_check id) const {
    const auto found = std::find_if(
        checks.begin(), checks.end(), [&](const check_result& each) { return each.id == id; });
    return found == checks.end() ? nullptr : &*found;
}

} // namespace sockscat
