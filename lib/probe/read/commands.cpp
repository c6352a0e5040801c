// SPDX-License-Identifier: MIT
#include "checks.hpp"
#include "command_parts.hpp"
#include "probe/answers/evidence.hpp"
#include "probe/answers/words.hpp"

#include <utility>

namespace sockscat::probing {
namespace {

constexpr std::string_view as_lookup = " for a name that does not exist";

check_result to_target(const target_answer& at, const answers& all) {
    const answer& got = at.tcp;
    check_result out = from(got);
    const bool grants_all = got.granted() && !is_granted_in_earnest(got, all);
    out.status = grants_all && got.payload.empty() ? check_status::unclear : check_status::yes;
    out.reason = got.granted() ? granted_text(got, "bound") : code_text(got);
    if (out.status == check_status::unclear)
        out.reason += " (same for a made-up command, 0x7e)";
    if (got.closed_at_once)
        out.reason += ", then closed immediately";
    return out;
}

check_result connect_by_socks4(const answers& all) {
    const answer& got = all[question::socks4_connect];
    check_result out = from(got);
    const bool is_yes =
        is_granted_in_earnest(got, all) || is_granted_in_earnest(all[question::socks4_target], all);
    out.status = is_yes ? check_status::yes : check_status::unclear;
    out.reason = got.code ? code_text(got) : silence_text(got, all);
    return out;
}

// A target that is a name server shows whether datagrams pass.
void judge_datagrams(check_result& out, const answers& all) {
    for (const target_answer& each : all.targets) {
        if (!each.asked_dns)
            continue;
        if (each.dns_ms) {
            out.status = check_status::yes;
            out.reason += "; " + to_string(each.target) + " answered a DNS question";
            return;
        }
        out.status = check_status::unclear;
        out.reason = code_text(all[question::udp_associate]) + ", but " + each.dns_failure + " (" +
                     to_string(each.target) + ")";
    }
}

void refuse_port_0(check_result& out) {
    out.status = check_status::error;
    out.reason += ": port 0 cannot be used";
}

// Another host must be able to connect there.
void judge_listener(check_result& out, const answers& all) {
    if (!out.bound)
        return;
    switch (use_of_bound(*out.bound, all)) {
    case bind_use::port_0:
        return refuse_port_0(out);
    case bind_use::own_listener:
        out.status = check_status::error;
        out.reason += ": that is the proxy's own SOCKS port";
        return;
    case bind_use::loopback:
        out.status = check_status::error;
        out.reason += ": only the proxy itself can connect there";
        return;
    case bind_use::usable:
        return;
    }
}

} // namespace

check_result read_connect(const answers& all) {
    const target_answer* const best = best_target(all, [](const host&) { return true; });
    if (best != nullptr && is_target_met(*best, all))
        return to_target(*best, all);
    if (!all.speaks_socks5() && all[question::socks4_connect].was_asked())
        return connect_by_socks4(all);
    const bool has_lookup = all[question::connect].was_asked();
    const answer& got = has_lookup || best == nullptr ? all[question::connect] : best->tcp;
    check_result out = read_command(got, "bound", all);
    if (!has_lookup || !got.code || out.status == check_status::error)
        return out;
    if (knows_connect(all))
        out.status = check_status::yes;
    else if (got.code != rep::command_not_supported)
        out.status = check_status::unclear;
    out.reason = code_text(got).append(as_lookup);
    if (got.code == all[question::control_command].code)
        out.reason += " (same for a made-up command, 0x7e)";
    return out;
}

check_result read_bind(const answers& all) {
    const answer& by_socks4 = all[question::socks4_bind];
    if (!all.speaks_socks5() && !by_socks4.was_asked())
        return no_such_command(all);
    const bool is_yes = is_granted_in_earnest(by_socks4, all);
    check_result out = all.speaks_socks5() ? read_command(all[question::bind], "bound", all)
                                           : read_socks4_command(by_socks4, is_yes, all);
    judge_listener(out, all);
    return out;
}

check_result read_udp_associate(const answers& all) {
    if (!all.speaks_socks5())
        return no_such_command(all);
    const answer& got = all[question::udp_associate];
    check_result out = read_command(got, "relay", all);
    if (!got.granted() || !out.bound)
        return out;
    if (out.bound->port == 0)
        refuse_port_0(out);
    else
        judge_datagrams(out, all);
    return out;
}

} // namespace sockscat::probing
