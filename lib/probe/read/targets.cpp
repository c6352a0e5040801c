// SPDX-License-Identifier: MIT
#include "targets.hpp"

#include "parts.hpp"
#include "probe/answers/evidence.hpp"
#include "probe/answers/http.hpp"
#include "probe/answers/words.hpp"

namespace sockscat::probing {
namespace {

std::string http_reason(const answer& got) {
    return outcome_of(got) == http_outcome::granted ? "granted, then closed immediately"
                                                    : status_text(got);
}

std::string reason_of(const target_answer& at, const answers& all) {
    const answer& got = at.tcp;
    if (at.unknown)
        return at.unknown->cause + " (looked up here)";
    if (got.http)
        return is_http_target_reached(got, all) ? "" : http_reason(got);
    if (!got.was_asked())
        return all.leaves_connect_open() ? "not asked: no CONNECT was answered" : "not asked";
    if (!is_answered_in_full(got))
        return silence_text(got, all);
    if (!got.granted())
        return code_text(got);
    if (got.closed_at_once)
        return "granted, then closed immediately";
    return !is_granted_early(got, all) ? "" : got.payload.empty() ? "still open" : "it sent data";
}

target_result read_target(const target_answer& at, const answers& all) {
    const answer& got = at.tcp;
    target_result out;
    out.target = at.target;
    out.status = status_of(at, all);
    out.reason = reason_of(at, all);
    out.reply = code_of(got);
    if (got.granted())
        out.bound = got.bound;
    if (got.was_asked())
        out.elapsed_ms = got.since_request();
    return out;
}

} // namespace

std::vector<target_result> read_targets(const answers& all, const std::vector<address>& wanted) {
    std::vector<target_result> out;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        target_answer at;
        at.target = wanted[i];
        out.push_back(read_target(i < all.targets.size() ? all.targets[i] : at, all));
    }
    return out;
}

} // namespace sockscat::probing
