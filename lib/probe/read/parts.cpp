// SPDX-License-Identifier: MIT
#include "parts.hpp"

#include "probe/answers/evidence.hpp"
#include "probe/answers/words.hpp"

#include <sockscat/text.hpp>

#include <utility>

namespace sockscat::probing {

check_result said(check_status how, std::string reason) {
    check_result out;
    out.status = how;
    out.reason = std::move(reason);
    return out;
}

check_result skipped(std::string why) {
    return said(check_status::skipped, std::move(why));
}

check_result not_asked(const answers& all, std::string why) {
    if (!all.stopped)
        return skipped(std::move(why));
    return said(
        check_status::error,
        "not asked: it stopped serving after " + counted(all.stopped->served, "connection"));
}

check_result from(const answer& got) {
    check_result out = said(check_status::unclear, "");
    out.reply = code_of(got);
    if (got.granted()) // what a refusal says there means nothing
        out.bound = got.bound;
    out.elapsed_ms = got.spans.request;
    return out;
}

std::string granted_text(const answer& got, std::string_view what) {
    return code_text(got) + ", " + std::string{what} + " " +
           (got.bound ? to_string(*got.bound) : "cut short");
}

std::string silence_text(const answer& got, const answers& all) {
    return silence_text(got, all.limit_of(got));
}

std::string no_reply_text(const answer& got, const answers& all) {
    const answer& control = all[question::control_command];
    std::string text = silence_text(got, all);
    if (&got != &control && control.was_asked() && is_same_outcome(got, control))
        text += " (same for a made-up command, 0x7e)";
    return text;
}

std::string locked_out_text(const answers& all) {
    if (!all.speaks_socks5())
        return "does not speak SOCKS5";
    const bool has_password = all[question::password].method == 0x02;
    if (all.stopped)
        return "it stopped serving";
    if (has_password && all.facts.has_login && all.facts.may_log_in)
        return "the login was not accepted";
    if (has_password || all[question::either].method == 0x02)
        return "requires a user name and password";
    return "none of our methods is accepted";
}

std::string not_asked_text(const answers& all) {
    if (!all.accepts_requests())
        return locked_out_text(all);
    if (!all.is_mute())
        return "not asked";
    return "not asked: no reply to CONNECT or to a made-up command, 0x7e";
}

const target_answer* best_target(const answers& all, bool (*fits)(const host&)) {
    const target_answer* best = nullptr;
    const auto rank = [&](const target_answer& each) {
        const bool is_met = is_target_met(each, all);
        const bool is_reached = is_met && each.tcp.granted() && !each.tcp.closed_at_once;
        return is_reached ? 4 : is_met ? 3 : each.tcp.code ? 2 : each.tcp.was_asked() ? 1 : 0;
    };
    for (const target_answer& each : all.targets)
        if (fits(each.asked_for().host) && (best == nullptr || rank(each) > rank(*best)))
            best = &each;
    return best;
}

} // namespace sockscat::probing
