// SPDX-License-Identifier: MIT
#include "checks.hpp"
#include "parts.hpp"
#include "probe/answers/evidence.hpp"
#include "probe/answers/words.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace sockscat::probing {
namespace {

template <class Kind>
bool is_a(const host& value) {
    return std::holds_alternative<Kind>(value);
}

// A kind of target, and what is said where there is none.
struct family {
    bool (*fits)(const host&);
    const char* word;
    bool is_in_socks4;
};
constexpr family ipv4{is_a<ipv4_address>, "an IPv4 address", true};
constexpr family ipv6{is_a<ipv6_address>, "an IPv6 address", false};
constexpr family names{is_a<host_name>, "a name", true};

// What a refusal says about the family, not about this target. What a control is refused with says
// nothing.
check_status status_of_refusal(const answer& got, const answers& all) {
    const bool is_socks5 = got.reply[0] == 0x05; // SOCKS4 has one code for everything
    if (!is_socks5 || is_refused_like_a_control(got, all))
        return check_status::unclear;
    switch (static_cast<rep>(*got.code)) {
    case rep::connection_refused: // an answer of the target: it was reached
        return check_status::yes;
    case rep::network_unreachable:
    case rep::address_type_not_supported:
        return check_status::no;
    default:
        return check_status::unclear;
    }
}

void judge_refusal(
    check_result& out, const target_answer& at, const std::string& where, const answers& all) {
    out.status = status_of_refusal(at.tcp, all);
    out.reason = code_text(at.tcp) + where;
    if (at.dns_ms && out.status == check_status::unclear) {
        out.status = check_status::yes;
        out.reason += ", but it answered over UDP";
    } else if (is_refused_like_a_control(at.tcp, all)) {
        out.reason += ", as for requests that cannot work";
    } else if (at.tcp.code == rep::host_unreachable) {
        out.reason += ", possibly that host alone";
    }
}

void judge_grant(
    check_result& out, const answer& got, const std::string& where, const answers& all) {
    if (is_granted_early(got, all) && got.closed_at_once) {
        out.reason = "granted, then closed immediately" + where;
    } else if (is_granted_early(got, all) && got.payload.empty()) {
        out.reason = "granted, but this proxy answers before connecting" + where;
    } else {
        out.status = check_status::yes;
        out.reason = granted_text(got, "bound") + where;
    }
}

// Whether the proxy got to a target.
check_result read_target(const target_answer& at, const answers& all) {
    const answer& got = at.tcp;
    const std::string where = " (" + to_string(at.target) + ")";
    const bool is_broken =
        !got.foreign.empty() || got.how == ending::unreachable || (got.granted() && !got.bound);
    check_result out = from(got);
    if (is_broken || !got.code) {
        out.status = is_broken ? check_status::error : check_status::unclear;
        out.reason = silence_text(got, all) + where;
    } else if (got.granted()) {
        judge_grant(out, got, where, all);
    } else {
        judge_refusal(out, at, where, all);
    }
    return out;
}

// How much a result tells about all of the family.
int weight_of(const check_result& each) {
    switch (each.status) {
    case check_status::yes:
        return 4;
    case check_status::no:
        return 2;
    default: // granted in doubt, refused, or without a reply
        return !each.reply ? 0 : each.bound ? 3 : 1;
    }
}

// Where names are looked up here: the target that the proxy was asked for by its name all the same.
std::optional<target_answer> asked_by_name(const answers& all) {
    const bool has_4a =
        all.facts.resolves_here && all.socks4a_tried && is_a<host_name>(all.socks4a_tried->host);
    if (all.by_name || !has_4a)
        return all.by_name;
    target_answer out;
    out.target = *all.socks4a_tried;
    out.tcp = all[question::socks4a_target];
    return out;
}

// Of the target that tells most; nothing if none was asked for.
std::optional<check_result> read_targets(const family& kind, const answers& all) {
    std::optional<check_result> best;
    const auto consider = [&](const target_answer& each) {
        if (!kind.fits(each.asked_for().host) || !each.tcp.was_asked())
            return;
        check_result got = read_target(each, all);
        if (!best || weight_of(got) > weight_of(*best))
            best = std::move(got);
    };
    std::for_each(all.targets.begin(), all.targets.end(), consider);
    if (const auto named = asked_by_name(all))
        consider(*named);
    return best;
}

std::string why_no_target(const family& kind, const answers& all) {
    const std::string locked = all.accepts_requests() ? "" : locked_out_text(all);
    const bool has_target = best_target(all, kind.fits) != nullptr;
    if (!has_target) {
        const bool is_ours = locked.empty() || all.speaks_socks4();
        return !is_ours              ? locked
               : all.targets.empty() ? "needs --target"
                                     : std::string{"no target is "} + kind.word;
    }
    const bool is_possible = all.speaks_socks5() || kind.is_in_socks4;
    return is_possible && all.leaves_connect_open()
               ? "not asked: no CONNECT was answered within " + all.facts.limit_text()
               : locked;
}

check_result read_family(const family& kind, const answers& all) {
    std::optional<check_result> best = read_targets(kind, all);
    if (best)
        return std::move(*best);
    const bool has_target = best_target(all, kind.fits) != nullptr;
    return has_target ? not_asked(all, why_no_target(kind, all))
                      : skipped(why_no_target(kind, all));
}

// A name that does not exist tells nothing about those that do.
check_result read_reserved_name(const answer& got, const answers& all) {
    if (!got.was_asked())
        return not_asked(all, not_asked_text(all));
    check_result out = from(got);
    out.bound.reset();
    if (!got.code) {
        out.reason = no_reply_text(got, all);
        return out;
    }
    out.reason = code_text(got);
    if (got.granted())
        out.reason += ", whatever the name";
    else
        out.reason += all.targets.empty() ? " for a name that does not exist: needs --target"
                                          : " for a name that does not exist; no target is a name";
    return out;
}

} // namespace

check_result read_ipv4(const answers& all) {
    return read_family(ipv4, all);
}

check_result read_ipv6(const answers& all) {
    return read_family(ipv6, all);
}

check_result read_domain(const answers& all) {
    const bool has_name = best_target(all, names.fits) != nullptr || asked_by_name(all);
    return has_name ? read_family(names, all) : read_reserved_name(all[question::connect], all);
}

} // namespace sockscat::probing
