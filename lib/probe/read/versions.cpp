// SPDX-License-Identifier: MIT
#include "checks.hpp"
#include "parts.hpp"
#include "probe/answers/evidence.hpp"
#include "probe/answers/words.hpp"
#include "proto/peer.hpp"
#include "proto/socks5.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace sockscat::probing {
namespace {

constexpr auto granted = socks4_reply::granted;

// What came first, for a person: "05 ff".
std::string first_bytes(const answer& got) {
    const std::span all{got.foreign};
    return hex(all.first(std::min<std::size_t>(all.size(), 4)), " ");
}

constexpr std::array asked_by_socks4{
    question::socks4_target, question::socks4a_target, question::socks4_connect,
    question::socks4_bind, question::socks4};

const answer& socks4_evidence(const answers& all) {
    for (const target_answer& each : all.targets)
        if (each.tcp.granted() && each.tcp.reply[0] != proto::socks5::version)
            return each.tcp;
    for (const question about : asked_by_socks4)
        if (all[about].granted())
            return all[about];
    for (const question about : asked_by_socks4)
        if (all[about].code)
            return all[about];
    for (const question about : asked_by_socks4)
        if (all[about].was_asked())
            return all[about];
    return all[question::socks4];
}

// With the reply and the time of that answer.
check_result shown_by(check_status how, const answer& got, std::string reason) {
    check_result out = said(how, std::move(reason));
    out.reply = code_of(got);
    out.elapsed_ms = got.spans.request;
    return out;
}

check_result proven_by(const answer& got, std::string reason) {
    return shown_by(check_status::yes, got, std::move(reason));
}

std::string evidence_text(const answer& got, const answers& all) {
    const bool is_unknown_command = &got == &all[question::socks4];
    const bool is_bind = &got == &all[question::socks4_bind];
    return code_text(got) + (is_unknown_command ? " (to a made-up command, 0x7e)"
                             : is_bind          ? " (to BIND)"
                                                : "");
}

// What SOCKS4 did not get to, SOCKS5 did.
bool is_granted_by_socks5_only(
    const answer& got, const std::optional<address>& tried, const answers& all) {
    if (!tried || !got.was_asked() || got.granted())
        return false;
    return std::any_of(all.targets.begin(), all.targets.end(), [&](const target_answer& each) {
        return each.asked_for() == *tried && each.tcp.granted() && is_answered_in_full(each.tcp) &&
               each.tcp.reply[0] == proto::socks5::version;
    });
}

check_result granted_by_socks5_only(const answer& refused, const answers& all) {
    return shown_by(
        check_status::no, refused,
        (refused.code ? code_text(refused) : silence_text(refused, all)) +
            " for what SOCKS5 granted");
}

} // namespace

check_result read_socks5(const answers& all) {
    const answer& got =
        all[question::either].was_asked() ? all[question::either] : all[question::none];
    if (all.speaks_socks5()) {
        check_result out = said(check_status::yes, "");
        out.elapsed_ms = got.spans.method;
        return out;
    }
    if (!got.was_asked())
        return not_asked(all, "the proxy is silent");
    const bool is_cut_off = got.foreign.size() == 1 && got.foreign[0] == proto::socks5::version;
    if (is_cut_off)
        return said(check_status::error, "answered 05 and nothing more");
    if (!got.foreign.empty()) {
        const bool is_socks4 = proto::classify(got.foreign) == peer_kind::socks4;
        return said(
            check_status::no,
            "answered " + first_bytes(got) + (is_socks4 ? " (speaks SOCKS4)" : ""));
    }
    const bool is_no = all.speaks_socks4() && got.hung_up();
    return said(is_no ? check_status::no : check_status::unclear, silence_text(got, all));
}

check_result read_socks4(const answers& all) {
    const answer& first = all[question::socks4];
    const answer& got = socks4_evidence(all);
    if (!got.was_asked())
        return not_asked(all, "the proxy did not answer the greeting");
    if (is_genuine_resolve(all[question::socks4a_resolve]))
        return proven_by(all[question::socks4a_resolve], code_text(all[question::socks4a_resolve]));
    if (serves_socks4(all))
        return proven_by(got, evidence_text(got, all));
    if (!first.foreign.empty()) {
        const bool is_socks5 = first.foreign[0] == proto::socks5::version;
        return said(
            check_status::no,
            "answered " + first_bytes(first) + (is_socks5 ? " (speaks SOCKS5 only)" : ""));
    }
    const answer& to_target = all[question::socks4_target];
    if (is_granted_by_socks5_only(to_target, all.socks4_tried, all))
        return granted_by_socks5_only(to_target, all);
    if (got.code)
        return shown_by(
            check_status::unclear, got,
            evidence_text(got, all) +
                (got.granted() ? ", but so is everything" : ": nothing granted"));
    std::string why = silence_text(got, all);
    if (got.hung_up())
        why += " (no SOCKS4, or a proxy like ssh -D)";
    return said(check_status::unclear, std::move(why));
}

check_result read_socks4a(const answers& all) {
    const answer& named = all[question::socks4a_target];
    const bool is_granted = named.code == granted && is_answered_in_full(named);
    if (is_granted && !all.grants_early_in_socks4())
        return proven_by(named, code_text(named) + " for a name");
    const answer& resolved = all[question::socks4a_resolve];
    if (is_genuine_resolve(resolved))
        return proven_by(
            resolved, "resolved " + to_string(resolved.bound->host) + " given as a name");
    if (is_granted_by_socks5_only(named, all.socks4a_tried, all))
        return granted_by_socks5_only(named, all);
    check_result base = read_socks4(all);
    base.reply.reset();
    base.elapsed_ms.reset();
    if (base.status != check_status::yes)
        return base;
    if (named.code && *named.code != granted && all[question::socks4_target].code == granted) {
        base = said(
            check_status::no, code_text(named) + " for a name, although the address was granted");
        base.reply = code_of(named);
        return base;
    }
    std::string why = "can only be told by a name that is granted";
    if (all.targets.empty())
        why += ": needs --target";
    else if (all.leaves_connect_open())
        why += ": no CONNECT was answered within " + all.facts.limit_text();
    return said(check_status::unclear, std::move(why));
}

} // namespace sockscat::probing
