// SPDX-License-Identifier: MIT
#include "checks.hpp"
#include "command_parts.hpp"
#include "probe/answers/words.hpp"

#include <utility>

namespace sockscat::probing {
namespace {

check_result to_target(const answer& got) {
    check_result out = from(got);
    out.status = check_status::yes;
    out.reason = granted_text(got, "bound");
    if (got.closed_at_once)
        out.reason += ", then closed at once";
    return out;
}

check_result connect_by_socks4(const answers& all) {
    const answer& got = all[question::socks4_connect];
    check_result out = from(got);
    const bool is_yes = got.code == socks4_reply::granted ||
                        all[question::socks4_target].code == socks4_reply::granted;
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

} // namespace

check_result read_connect(const answers& all) {
    const target_answer* const reached = best_target(all, [](const host&) { return true; });
    if (reached != nullptr && reached->tcp.granted() && reached->tcp.bound)
        return to_target(reached->tcp);
    if (!all.speaks_socks5() && all[question::socks4_connect].was_asked())
        return connect_by_socks4(all);
    const answer& got = all[question::connect];
    check_result out = read_command(got, "bound", all);
    if (!got.code || out.status == check_status::error)
        return out;
    // Refusals that come of trying.
    const bool may_have_tried = has_tried(got) || got.code == rep::general_failure ||
                                got.code == rep::address_type_not_supported;
    if (may_have_tried && got.code != all[question::control_command].code) {
        out.status = check_status::yes;
        out.reason += " for a name that does not exist";
    } else if (got.code == rep::not_allowed) {
        out.status = check_status::unclear;
        out.reason += " for a name that does not exist";
    } else if (got.code == rep::succeeded) {
        out.reason += ", for a name that does not exist";
    }
    return out;
}

check_result read_bind(const answers& all) {
    const answer& by_socks4 = all[question::socks4_bind];
    if (!all.speaks_socks5())
        return by_socks4.was_asked() ? read_socks4_command(by_socks4, by_socks4.granted(), all)
                                     : no_such_command(all);
    check_result out = read_command(all[question::bind], "bound", all);
    if (out.status == check_status::yes && out.bound && out.bound->port == 0)
        refuse_port_0(out);
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
