// SPDX-License-Identifier: MIT
#include <sockscat/probe.hpp>

#include "net/session/check.hpp"
#include "probe/ask/interview.hpp"
#include "probe/judge/findings.hpp"
#include "probe/read/readings.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <ctime>
#include <utility>

namespace sockscat {
namespace {

using namespace probing;

std::optional<timing> timing_of(std::vector<double> samples) {
    if (samples.empty())
        return std::nullopt;
    std::sort(samples.begin(), samples.end());
    const std::size_t middle = samples.size() / 2;
    const double median =
        samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
    return timing{samples.front(), median, samples.back()};
}

// Without a target the one lookup is the only request that was measured.
probe_latency latency_of(const answers& all, bool has_target) {
    std::vector<answer> runs;
    std::copy_if(
        all.runs.begin(), all.runs.end(), std::back_inserter(runs),
        [](const answer& each) { return each.how == ending::answered; });
    const auto samples = [](const std::vector<answer>& from,
                            std::optional<double> phase_spans::*at) {
        std::vector<double> found;
        for (const answer& each : from)
            if (each.spans.*at)
                found.push_back(*(each.spans.*at));
        return timing_of(std::move(found));
    };
    std::vector<answer> asked = runs;
    const bool have_requests = std::any_of(
        runs.begin(), runs.end(), [](const answer& each) { return each.spans.request; });
    if (!have_requests) {
        asked.clear();
        if (!has_target && all.connect.code)
            asked.push_back(all.connect);
    }
    probe_latency out;
    out.runs = runs.size();
    out.connect = samples(runs, &phase_spans::connect);
    out.method = samples(runs, &phase_spans::method);
    out.auth = samples(runs, &phase_spans::auth);
    out.request = samples(asked, &phase_spans::request);
    std::vector<double> totals;
    for (const answer& each : asked)
        if (each.spans.request)
            totals.push_back(each.spans.total());
    out.total = timing_of(std::move(totals));
    return out;
}

std::optional<tls_summary> tls_of(const answers& all) {
    for (const answer* each : {&all.first(), &all.gost, &all.hello})
        if (each->tls)
            return each->tls;
    return std::nullopt;
}

// What there is to say when the first connection did not stand.
check_result unreached(probe_check id, const answers& all) {
    const error why = all.first().failed.value_or(error{});
    const bool stopped_at_tls = why.at == phase::tls && why.hop == all.hop;
    if (!stopped_at_tls)
        return {id, check_status::skipped, "the proxy was not reached"};
    if (id != probe_check::tls)
        return {id, check_status::skipped, "TLS with the proxy failed"};
    const bool is_plain = why.looks_like != peer_kind::unknown && why.looks_like != peer_kind::tls;
    const auto status = why.kind == failure::timeout ? check_status::unclear
                        : is_plain                   ? check_status::no
                                                     : check_status::error;
    return {id, status, why.cause};
}

void add_checks(probe_report& report, const answers& all, const probe_options& wishes) {
    for (std::size_t i = 0; i < probe_check_count; ++i) {
        const auto id = static_cast<probe_check>(i);
        if (!wishes.wants(group_of(id)))
            continue;
        if (all.first().how == ending::unreachable)
            report.checks.push_back(unreached(id, all));
        else
            report.checks.push_back(read_check(id, all));
    }
}

void add_findings(probe_report& report, const answers& all, const judgement& verdict) {
    report.findings = find_out(all, report, std::time(nullptr));
    if (verdict.why)
        report.findings.push_back(
            {verdict.id, severity::fail, std::nullopt, verdict.why->cause, verdict.advice});
    std::stable_sort(
        report.findings.begin(), report.findings.end(),
        [](const finding& one, const finding& other) { return one.severity > other.severity; });
}

probe_report make_report(const proxy_spec& hop, const answers& all, const probe_options& wishes) {
    probe_report report;
    report.url = hop.url();
    report.host = escape(hop.host);
    report.port = hop.port;
    report.unix_path = escape(hop.via.unix_path);
    report.reached = all.proxy();
    report.over_tls = hop.via.tls;
    const judgement verdict = judge(all);
    report.verdict = verdict.verdict;
    report.why = verdict.why;
    report.tls = tls_of(all);
    add_checks(report, all, wishes);
    if (wishes.wants(probe_group::latency) && !all.runs.empty())
        report.latency = latency_of(all, !wishes.targets.empty());
    add_findings(report, all, verdict);
    return report;
}

} // namespace

result<void> check(const connect_options& options, const probe_options& wishes) {
    for (const address& target : wishes.targets)
        if (target.port == 0)
            return usage_error("a target needs a port: " + to_string(target));
    if (options.chain.empty())
        return usage_error("no proxy given");
    // Every protocol carries this one.
    const address anybody{literal_address(), reserved_port};
    return net::check_request(options, proto::request_command::connect, anybody);
}

asio::awaitable<probe_report> probe(const connect_options& options, const probe_options& wishes) {
    interview talk{options, wishes};
    co_await talk.run();
    co_return make_report(options.chain.back(), talk.said(), wishes);
}

} // namespace sockscat
