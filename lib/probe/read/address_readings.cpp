// SPDX-License-Identifier: MIT
#include "probe/answers/words.hpp"
#include "reading_parts.hpp"
#include "readings.hpp"

#include <optional>
#include <utility>

namespace sockscat::probing {
namespace {

constexpr std::uint8_t granted = 0x00;
constexpr std::uint8_t general_failure = 0x01;
constexpr std::uint8_t not_allowed = 0x02;
constexpr std::uint8_t network_unreachable = 0x03;
constexpr std::uint8_t host_unreachable = 0x04;
constexpr std::uint8_t connection_refused = 0x05;
constexpr std::uint8_t ttl_expired = 0x06;
constexpr std::uint8_t not_supported = 0x07;
constexpr std::uint8_t no_such_address_type = 0x08;

// What a refusal says about the way to a target, beside that this one was not reached.
check_status judge_refusal(const answer& said, bool is_name) {
    const bool is_socks5 = said.reply[0] == 0x05; // SOCKS4 has one code for everything
    if (!is_socks5)
        return check_status::unclear;
    switch (*said.code) {
    case connection_refused: // an answer of the target: it was reached, somebody is not there
        return check_status::yes;
    case network_unreachable:
    case no_such_address_type:
        return check_status::no;
    case general_failure:
    case not_allowed:
    case ttl_expired:
    case not_supported:
        return check_status::unclear;
    default: // a name that does not exist, or one host of many
        return is_name ? check_status::no : check_status::unclear;
    }
}

// Whether the proxy got to a target.
void judge_target(check_result& out, const target_answer& at, const answers& all) {
    const std::string where = " (" + to_string(at.target) + ")";
    const answer& said = at.tcp;
    if (!said.foreign.empty() || said.how == ending::unreachable ||
        (said.granted() && !said.bound)) {
        out.status = check_status::error;
        out.reason = silence_text(said, all.limit_of(said)) + where;
    } else if (!said.code) {
        out.reason = silence_text(said, all.limit_of(said)) + where;
    } else if (!said.granted()) {
        const bool is_name = std::holds_alternative<host_name>(at.target.host);
        out.status = judge_refusal(said, is_name);
        out.reason = code_text(said) + where;
        if (at.dns_ms && out.status == check_status::unclear) {
            out.status = check_status::yes;
            out.reason += ", but it answered over UDP";
        } else if (said.code == host_unreachable && !is_name) {
            out.reason += ", which may be that host alone";
        }
    } else if (all.grants_early() && said.closed_at_once) {
        out.status = check_status::no;
        out.reason = "granted, then closed at once" + where;
    } else if (all.grants_early() && said.payload.empty()) {
        out.reason = "granted, but this proxy grants before it connects" + where;
    } else {
        out.status = check_status::yes;
        out.reason = granted_text(said, "bound") + where;
    }
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

check_result read_family(
    probe_check id, bool (*fits)(const host&), std::string_view word, const answers& all) {
    std::optional<check_result> best;
    bool has_target = false;
    for (const target_answer& each : all.targets) {
        has_target = has_target || fits(each.target.host);
        if (!fits(each.target.host) || !each.tcp.was_asked())
            continue;
        check_result got = from(id, each.tcp);
        judge_target(got, each, all);
        if (!best || weight_of(got) > weight_of(*best))
            best = std::move(got);
    }
    if (best)
        return std::move(*best);
    const std::string locked = locked_out(all);
    if (!has_target) {
        const std::string needs =
            all.targets.empty() ? "needs --target" : "no target is " + std::string{word};
        return skipped(id, locked.empty() || all.speaks_socks4() ? needs : locked);
    }
    const std::string vain = vain_connect_text(all);
    const bool is_possible = all.speaks_socks5() || id != probe_check::address_ipv6;
    return skipped(id, is_possible && !vain.empty() ? vain : locked);
}

check_result read_domain(const answers& all) {
    constexpr auto id = probe_check::address_domain;
    const bool named = best_target(all, [](const host& h) {
                           return std::holds_alternative<host_name>(h);
                       }) != nullptr;
    if (named)
        return read_family(
            id, [](const host& h) { return std::holds_alternative<host_name>(h); }, "a name", all);
    const answer& said = all.connect;
    if (!said.was_asked())
        return skipped(id, not_asked_text(all));
    check_result out = from(id, said);
    out.bound.reset();
    if (!said.code) {
        out.reason = no_reply_text(said, all);
        return out;
    }
    out.reason = code_text(said);
    const bool looked_up = said.code >= 0x03 && said.code <= 0x06;
    if (said.code == granted) {
        out.reason += ", whatever the name";
    } else if ((looked_up || said.code == general_failure) && said.code != all.control.code) {
        out.status = check_status::yes;
        out.reason += ": likely looked up by the proxy, and there is no such name";
    } else if (said.code == no_such_address_type) {
        out.reason += " for a name, or for one that does not exist";
    } else {
        out.reason += " for a name that does not exist";
    }
    return out;
}

} // namespace

std::string vain_connect_text(const answers& all) {
    return all.leaves_connect_open()
               ? "not asked: no CONNECT was replied to within " + all.limit_text
               : "";
}

std::string not_asked_text(const answers& all) {
    const std::string locked = locked_out(all);
    if (!locked.empty())
        return locked;
    if (!all.is_mute())
        return "not asked";
    return "not asked: no reply to CONNECT, nor to command 0x7e";
}

check_result from(probe_check id, const answer& said) {
    check_result out{id, check_status::unclear, ""};
    out.reply = code_of(said);
    if (said.granted()) // what a refusal says there means nothing
        out.bound = said.bound;
    out.elapsed_ms = said.spans.request;
    return out;
}

std::string granted_text(const answer& said, std::string_view what) {
    return code_text(said) + ", " + std::string{what} + " " +
           (said.bound ? to_string(*said.bound) : "cut short");
}

std::string no_reply_text(const answer& said, const answers& all) {
    std::string text = silence_text(said, all.limit_of(said));
    if (&said != &all.control && all.control.was_asked() && is_same_outcome(said, all.control))
        text += " (so is command 0x7e)";
    return text;
}

const target_answer* best_target(const answers& all, bool (*fits)(const host&)) {
    const target_answer* best = nullptr;
    const auto rank = [](const target_answer& each) {
        const bool reached = each.tcp.granted() && !each.tcp.closed_at_once;
        return reached ? 3 : each.tcp.code ? 2 : each.tcp.was_asked() ? 1 : 0;
    };
    for (const target_answer& each : all.targets)
        if (fits(each.target.host) && (best == nullptr || rank(each) > rank(*best)))
            best = &each;
    return best;
}

check_result read_address(probe_check id, const answers& all) {
    if (id == probe_check::address_domain)
        return read_domain(all);
    if (id == probe_check::address_ipv4)
        return read_family(
            id, [](const host& h) { return std::holds_alternative<ipv4_address>(h); },
            "an IPv4 address", all);
    return read_family(
        id, [](const host& h) { return std::holds_alternative<ipv6_address>(h); },
        "an IPv6 address", all);
}

} // namespace sockscat::probing
