// SPDX-License-Identifier: MIT
#include "latency.hpp"

#include "probe/answers/http.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sockscat::probing {
namespace {

std::optional<timing> timing_of(std::vector<double> samples) {
    if (samples.empty())
        return std::nullopt;
    std::sort(samples.begin(), samples.end());
    const std::size_t middle = samples.size() / 2;
    const double median =
        samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
    return timing{samples.front(), median, samples.back()};
}

std::optional<timing> timing_of(
    const std::vector<answer>& from, std::optional<double> phase_spans::*at) {
    std::vector<double> found;
    for (const answer& each : from)
        if (each.spans.*at)
            found.push_back(*(each.spans.*at));
    return timing_of(std::move(found));
}

std::optional<timing> total_of(const std::vector<answer>& asked) {
    std::vector<double> found;
    for (const answer& each : asked)
        if (each.spans.request)
            found.push_back(each.spans.total());
    return timing_of(std::move(found));
}

std::vector<answer> answered_ones(const std::vector<answer>& all) {
    std::vector<answer> out;
    std::copy_if(all.begin(), all.end(), std::back_inserter(out), [](const answer& each) {
        return each.how == ending::answered;
    });
    return out;
}

} // namespace

probe_latency latency_of(const answers& all, bool has_target) {
    const std::vector<answer> runs = answered_ones(all.runs);
    const bool have_requests = std::any_of(
        runs.begin(), runs.end(), [](const answer& each) { return each.spans.request; });
    std::vector<answer> asked;
    const bool is_http = all.facts.wanted == proxy_protocol::http;
    const answer& lookup = is_http ? http_lookup(all) : all[question::connect];
    if (have_requests)
        asked = runs;
    else if (!has_target && (lookup.code || lookup.http))
        asked.push_back(lookup);
    probe_latency out;
    out.runs = runs.size();
    out.connect = timing_of(runs, &phase_spans::connect);
    out.method = timing_of(runs, &phase_spans::method);
    out.auth = timing_of(runs, &phase_spans::auth);
    out.request = timing_of(asked, &phase_spans::request);
    out.total = total_of(asked);
    return out;
}

} // namespace sockscat::probing
