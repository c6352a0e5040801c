// SPDX-License-Identifier: MIT
#include "probe_rules.hpp"

#include "probe/judge/findings.hpp"
#include "probe/judge/verdict.hpp"

#include <array>
#include <cstdio>

namespace sockscat::fuzz {
namespace {

using c = probe_check;

struct agreement {
    std::string_view id;
    bool (*holds)(const evidence&);
};

bool serves_by_rows(const evidence& all) {
    if (all.is_http())
        return all.is_yes(c::http_connect);
    if (all.is_socks4())
        return all.is_yes(c::socks4);
    return all.is_yes(c::command_connect) || all.is_yes(c::command_bind) ||
           all.is_yes(c::command_udp_associate) || all.is_yes(c::command_resolve);
}

// What must hold where the finding is made.
constexpr std::array agreements{
    agreement{
        "nothing-served",
        [](const evidence& all) { return all.report.targets.empty() && !serves_by_rows(all); }},
    agreement{"denied", [](const evidence& all) { return !serves_by_rows(all); }},
    agreement{
        "other-version",
        [](const evidence& all) { return all.is_socks4() || !all.is_yes(c::socks5); }},
    agreement{"stops-serving", [](const evidence& all) { return all.wires.size() > 1; }},
    agreement{"needs-credentials", [](const evidence& all) { return !all.has_login; }},
    agreement{
        "credentials-rejected",
        [](const evidence& all) {
            return all.any([](const wire& x) { return x.login != nullptr; }) &&
                   !all.is_yes(c::auth_password) && !all.is_yes(c::auth_basic);
        }},
    agreement{
        "credentials-not-needed",
        [](const evidence& all) {
            return all.has_login && !all.is(c::auth_none, check_status::no);
        }},
    agreement{"socks4-open", [](const evidence& all) { return !all.is_yes(c::auth_none); }},
    agreement{
        "method-list-ignored",
        [](const evidence& all) {
            return !all.is_yes(c::auth_chap) && !all.is_yes(c::auth_gssapi);
        }},
    agreement{"fake-resolve", [](const evidence& all) { return !all.is_yes(c::command_resolve); }},
    agreement{"accepts-any-credentials", [](const evidence& all) { return all.resolves(); }},
    agreement{
        "udp-relay-port-0",
        [](const evidence& all) { return !all.is_yes(c::command_udp_associate); }},
    agreement{"bind-port-0", [](const evidence& all) { return !all.is_yes(c::command_bind); }},
    agreement{
        "bound-is-listener", [](const evidence& all) { return !all.is_yes(c::command_bind); }},
    agreement{
        "also-socks",
        [](const evidence& all) { return all.any([](const wire& x) { return x.is_socks5; }); }},
    agreement{
        "early-success",
        [](const evidence& all) {
            return all.any([](const wire& x) {
                return x.is_granted &&
                       (x.is_control() || x.request->destination().starts_with(reserved));
            });
        }},
    agreement{"rtt", [](const evidence& all) { return all.report.latency.has_value(); }},
    agreement{"tls-unverified", [](const evidence&) { return false; }},
};

bool is_known_id(const evidence& all, const finding& each) {
    const auto has_id = [&](const auto& row) { return row.id == each.id; };
    const auto rows = probing::finding_rows();
    const auto of_http = probing::http_finding_rows();
    const auto& verdicts = probing::verdict_rows();
    return std::any_of(rows.begin(), rows.end(), has_id) ||
           (all.is_http() && std::any_of(of_http.begin(), of_http.end(), has_id)) ||
           std::any_of(verdicts.begin(), verdicts.end(), [&](const probing::verdict_row& row) {
               return row.finding == each.id && row.verdict == all.report.verdict;
           });
}

// A row, or one that was left out with its group.
bool is_about_a_check(const evidence& all, probe_check id) {
    const bool is_of_http = id >= c::http_connect;
    return all.report.find(id) != nullptr ||
           (is_of_http == all.is_http() && !all.options.wants(group_of(id)));
}

} // namespace

void check_findings(const evidence& all) {
    const auto& findings = all.report.findings;
    const auto has = [&](std::string_view id) {
        return std::any_of(
            findings.begin(), findings.end(), [&](const finding& each) { return each.id == id; });
    };
    for (auto each = findings.begin(); each != findings.end(); ++each) {
        must(is_known_id(all, *each), "a finding that nobody knows");
        must(
            each == findings.begin() || (each - 1)->severity >= each->severity,
            "the gravest is not first");
        must(
            std::none_of(
                findings.begin(), each,
                [&](const finding& other) {
                    return other.id == each->id && other.check == each->check;
                }),
            "a finding twice");
        must(!each->check || is_about_a_check(all, *each->check), "a finding about no check");
    }
    for (const agreement& each : agreements) {
        const bool holds = !has(each.id) || each.holds(all);
        if (!holds)
            std::fprintf(stderr, "%s\n", std::string{each.id}.c_str());
        must(holds, "a finding and the rows disagree");
    }
    must(
        has("pipelining-loses-bytes") == all.is(c::pipelining, check_status::no),
        "pipelining and its finding disagree");
    must(
        has("ipv6-unavailable") == all.is(c::address_ipv6, check_status::no),
        "IPv6 and its finding disagree");
    must(!all.is_yes(c::auth_none) || has("open-proxy"), "an open proxy is not told");
    const auto& none = all.report.find(c::auth_none);
    must(!has("open-proxy") || none == nullptr || all.is_yes(c::auth_none), "it is not open");
    must(
        has("password-in-clear") == all.any([](const wire& x) { return x.login != nullptr; }),
        "a password in clear is not told, or was none");
    if (all.report.why)
        must(
            std::any_of(
                findings.begin(), findings.end(),
                [&](const finding& each) {
                    return each.severity == severity::fail && each.message == all.report.why->cause;
                }),
            "the reason is no finding");
}

} // namespace sockscat::fuzz
