// SPDX-License-Identifier: MIT
#include "probe/answers/http.hpp"
#include "proto/peer.hpp"
#include "reason.hpp"

#include <algorithm>

namespace sockscat::probing {
namespace {

// Neither HTTP with CONNECT, nor nothing at all.
reason why_stranger(const answers& all) {
    const answer& first = all[question::http_connect];
    if (all.speaks_socks5())
        return reason::http_met_socks5;
    if (all.speaks_socks4())
        return reason::http_met_socks4;
    if (first.http)
        return reason::http_without_connect;
    if (all[question::tls].tls || proto::classify(first.foreign) == peer_kind::tls)
        return reason::http_met_tls;
    if (!first.foreign.empty())
        return reason::http_met_other;
    return first.was_silent() ? reason::http_silent : reason::closed;
}

reason why_login_failed(const answers& all) {
    const answer& demand = *login_demand(all);
    if (!demand.http->schemes.empty() && !offers_scheme(demand, "Basic"))
        return reason::http_scheme_unknown;
    if (!all.facts.has_login)
        return reason::http_login_not_given;
    if (all.stopped && !uses_http_login(all))
        return why_stopped(all.stopped->last);
    return all.facts.has_password ? reason::http_login_rejected
                                  : reason::http_login_without_password;
}

reason why_no_target_was_reached(const answers& all) {
    const answer& last = all.targets.back().tcp;
    if (all.stopped && !last.was_asked())
        return why_stopped(all.stopped->last);
    if (outcome_of(last) == http_outcome::needs_login)
        return why_login_failed(all);
    if (!last.foreign.empty())
        return reason::target_broken;
    if (last.http)
        return reason::http_refuses_targets;
    return last.was_silent() ? reason::http_silent_at_targets : reason::http_closes_at_targets;
}

} // namespace

reason reason_of_http(const answers& all) {
    const answer& lookup = http_lookup(all);
    if (is_any_http_target_reached(all))
        return reason::none;
    if (!is_http_proxy(all))
        return why_stranger(all);
    if (is_locked_out(all))
        return why_login_failed(all);
    if (!all.targets.empty())
        return why_no_target_was_reached(all);
    if (outcome_of(lookup) == http_outcome::denied)
        return reason::http_denied;
    return all.stopped && !knows_http_connect(all) ? why_stopped(all.stopped->last) : reason::none;
}

} // namespace sockscat::probing
