// SPDX-License-Identifier: MIT
#include <sockscat/probe.hpp>

#include "net/session/check.hpp"
#include "probe/answers/reserved.hpp"
#include "probe/ask/order.hpp"
#include "probe/judge/findings.hpp"
#include "probe/judge/verdict.hpp"
#include "probe/read/checks.hpp"
#include "probe/read/latency.hpp"
#include "probe/read/targets.hpp"
#include "probe/read/tls.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <ctime>
#include <utility>

namespace sockscat {
namespace {

using namespace probing;

void add_checks(probe_report& report, const answers& all, const probe_options& options) {
    const bool is_http = report.protocol == proxy_protocol::http;
    for (const check_row& each : check_rows())
        if (options.wants(each.group) && each.is_of_http == is_http)
            report.checks.push_back(read_check(each.check, all));
}

void add_findings(probe_report& report, const answers& all, const judgement& verdict) {
    report.findings = findings_of({all, report, std::time(nullptr)});
    if (verdict.why)
        report.findings.push_back(
            {verdict.finding, severity::fail, std::nullopt, verdict.why->cause, verdict.advice});
    std::stable_sort(
        report.findings.begin(), report.findings.end(),
        [](const finding& one, const finding& other) { return one.severity > other.severity; });
}

probe_report make_report(const proxy_spec& hop, const answers& all, const probe_options& options) {
    probe_report report;
    report.url = hop.url();
    report.host = escape(hop.host);
    report.port = hop.port;
    report.protocol = hop.protocol;
    report.unix_path = escape(hop.via.unix_path);
    report.reached = all.proxy();
    report.over_tls = hop.via.tls;
    const judgement verdict = judge(all);
    report.verdict = verdict.verdict;
    report.why = verdict.why;
    report.tls = tls_of(all);
    add_checks(report, all, options);
    report.targets = read_targets(all, options.targets);
    if (options.wants(probe_group::latency) && !all.runs.empty())
        report.latency = latency_of(all, !options.targets.empty());
    add_findings(report, all, verdict);
    return report;
}

} // namespace

result<void> check(const connect_options& connection, const probe_options& options) {
    for (const address& target : options.targets)
        if (target.port == 0)
            return usage_error("a target needs a port: " + to_string(target));
    if (connection.chain.empty())
        return usage_error("no proxy given");
    const auto check_for = [&](const address& destination) {
        return net::check_request(connection, proto::request_command::connect, destination);
    };
    if (options.targets.empty()) // every protocol carries this one
        return check_for(address{literal_address(), reserved_port});
    for (const address& target : options.targets)
        if (auto checked = check_for(target); !checked)
            return checked;
    return {};
}

asio::awaitable<probe_report> probe(
    const connect_options& connection, const probe_options& options) {
    asker proxy{connection, options};
    co_await ask_in_order(proxy);
    co_return make_report(connection.chain.back(), proxy.said, options);
}

} // namespace sockscat
