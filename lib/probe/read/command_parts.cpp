// SPDX-License-Identifier: MIT
#include "command_parts.hpp"

#include "probe/answers/evidence.hpp"
#include "probe/answers/words.hpp"
#include "proto/socks5.hpp"

namespace sockscat::probing {
namespace {

constexpr std::string_view as_control = " (same for a made-up command, 0x7e)";
constexpr std::string_view as_lookup = " (same for CONNECT to a name that does not exist)";

// Granted, without an address that can be read.
std::string broken_text(const answer& got, const answers& all) {
    if (proto::socks5::has_unknown_address_type(got.reply))
        return ", with an address of type " + byte_text(got.reply[3]);
    return ", cut short: " + silence_text(got, all);
}

// There is a code.
void judge_reply(
    check_result& out, const answer& got, std::string_view bound_word, const answers& all) {
    const answer& control = all[question::control_command];
    out.reason = code_text(got);
    if (got.code == rep::succeeded && !got.bound) {
        out.status = check_status::error;
        out.reason += broken_text(got, all);
    } else if (got.code == rep::succeeded) {
        out.status = control.granted() ? check_status::unclear : check_status::yes;
        out.reason = granted_text(got, bound_word);
        if (control.granted())
            out.reason += as_control;
    } else if (got.code == rep::command_not_supported) {
        out.status = check_status::no;
    } else if (is_refused_like_a_control(got, all)) {
        out.reason += got.code == control.code ? as_control : as_lookup;
    } else if (got.code == rep::not_allowed) {
        out.status = check_status::no;
    }
}

} // namespace

check_result read_command(const answer& got, std::string_view bound_word, const answers& all) {
    if (!got.was_asked())
        return not_asked(all, not_asked_text(all));
    check_result out = from(got);
    if (!got.foreign.empty() || got.how == ending::unreachable) {
        out.status = check_status::error;
        out.reason = silence_text(got, all);
    } else if (!got.code) {
        out.reason = no_reply_text(got, all);
    } else {
        judge_reply(out, got, bound_word, all);
    }
    return out;
}

check_result read_socks4_command(const answer& got, bool is_yes, const answers& all) {
    if (!got.was_asked())
        return not_asked(all, "not asked");
    check_result out = from(got);
    out.reason = !got.code ? silence_text(got, all)
                 : is_yes  ? granted_text(got, "bound")
                           : code_text(got);
    const bool says_nothing = got.code == all[question::socks4].code && !got.granted();
    if (is_yes)
        out.status = check_status::yes;
    else if (got.code && !says_nothing)
        out.status = check_status::no;
    else if (got.code)
        out.reason += as_control;
    return out;
}

check_result no_such_command(const answers& all) {
    return all.speaks_socks4() ? said(check_status::no, "SOCKS4 has no such command")
                               : skipped("does not speak SOCKS5");
}

} // namespace sockscat::probing
