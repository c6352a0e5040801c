// SPDX-License-Identifier: MIT
#include <sockscat/probe.hpp>

#include <algorithm>

namespace sockscat {
namespace {

struct check_entry {
    probe_check check;
    probe_group group;
    std::string_view id;
    std::string_view name;
};

constexpr std::array<check_entry, probe_check_count> checks{{
    {probe_check::socks4, probe_group::versions, "socks4", "SOCKS4"},
    {probe_check::socks4a, probe_group::versions, "socks4a", "SOCKS4a"},
    {probe_check::socks5, probe_group::versions, "socks5", "SOCKS5"},
    {probe_check::auth_none, probe_group::auth, "auth.none", "none"},
    {probe_check::auth_password, probe_group::auth, "auth.password", "password"},
    {probe_check::auth_chap, probe_group::auth, "auth.chap", "CHAP"},
    {probe_check::auth_gssapi, probe_group::auth, "auth.gssapi", "GSSAPI"},
    {probe_check::command_connect, probe_group::commands, "command.connect", "CONNECT"},
    {probe_check::command_bind, probe_group::commands, "command.bind", "BIND"},
    {probe_check::command_udp_associate, probe_group::commands, "command.udp-associate",
     "UDP ASSOCIATE"},
    {probe_check::command_resolve, probe_group::commands, "command.resolve", "RESOLVE"},
    {probe_check::command_resolve_ptr, probe_group::commands, "command.resolve-ptr", "RESOLVE_PTR"},
    {probe_check::address_ipv4, probe_group::addresses, "address.ipv4", "IPv4"},
    {probe_check::address_ipv6, probe_group::addresses, "address.ipv6", "IPv6"},
    {probe_check::address_domain, probe_group::addresses, "address.domain", "host name"},
    {probe_check::tls, probe_group::tls, "tls", "TLS"},
    {probe_check::pipelining, probe_group::latency, "pipelining", "pipelining"},
}};

constexpr std::array<std::string_view, probe_group_count> groups{"versions",  "auth", "commands",
                                                                 "addresses", "tls",  "latency"};

const check_entry& entry(probe_check value) {
    return checks[static_cast<std::size_t>(value)];
}

} // namespace

std::string_view to_string(probe_group value) {
    return groups[static_cast<std::size_t>(value)];
}

std::string_view to_string(probe_check value) {
    return entry(value).id;
}

std::string_view name_of(probe_check value) {
    return entry(value).name;
}

probe_group group_of(probe_check value) {
    return entry(value).group;
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

std::optional<probe_check> find_check(std::string_view id) {
    const auto found = std::find_if(
        checks.begin(), checks.end(), [&](const check_entry& each) { return each.id == id; });
    return found == checks.end() ? std::nullopt : std::optional{found->check};
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
