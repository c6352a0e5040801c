// SPDX-License-Identifier: MIT
#include "checks.hpp"
#include "parts.hpp"
#include "probe/answers/evidence.hpp"
#include "probe/answers/words.hpp"
#include "proto/socks5.hpp"

#include <sockscat/text.hpp>

#include <utility>

namespace sockscat::probing {
namespace {

using proto::socks5::method;

bool chose(const answer& got, method wanted) {
    return got.method == static_cast<std::uint8_t>(wanted);
}

// Who closes whatever is said to it says nothing about a method.
check_status status_of_silence(const answer& got, const answers& all) {
    if (got.how == ending::unreachable)
        return check_status::error;
    return got.hung_up() && all.speaks_socks5() ? check_status::no : check_status::unclear;
}

check_result judge_method(const answer& got, method wanted, const answers& all) {
    if (!got.method)
        return said(status_of_silence(got, all), silence_text(got, all));
    std::string reason = "05 " + byte_text(*got.method);
    if (got.method == proto::socks5::no_acceptable_method)
        return said(check_status::no, std::move(reason));
    if (all.ignores_offers())
        return said(
            check_status::unclear, reason + ", but it answers a made-up method as well: 05 " +
                                       byte_text(*all[question::control_method].method));
    if (chose(got, wanted))
        return said(check_status::yes, std::move(reason));
    return said(check_status::no, reason + ": a method that was not offered");
}

check_result read_method(const answer& got, method wanted, const answers& all) {
    if (!got.was_asked())
        return all.speaks_socks5() ? not_asked(all, "not needed")
                                   : skipped("does not speak SOCKS5");
    check_result out = judge_method(got, wanted, all);
    out.elapsed_ms = got.spans.method;
    return out;
}

// That it was accepted is not enough: 3proxy and Dante deny whatever is asked for later.
check_result judge_none(const answer& got, const answers& all) {
    if (serves_without_login(all))
        return said(check_status::yes, "");
    const answer& asked = all.logged_in() ? got : all[question::connect];
    std::string reason = "05 00, but no request was served";
    if (is_answered_in_full(asked))
        reason += ": " + code_text(asked);
    else if (asked.was_asked() && asked.at == phase::request)
        reason += ": " + silence_text(asked, all);
    const bool is_denied = asked.code == rep::not_allowed && serves_after_login(all);
    return said(is_denied ? check_status::no : check_status::unclear, std::move(reason));
}

// Some accept every login, and deny later.
check_result judge_accepted(const std::string& user, const answers& all) {
    const std::string reason = "logged in as " + user;
    if (serves_after_login(all))
        return said(check_status::yes, reason);
    if (denies_everything(all))
        return said(
            check_status::unclear, reason + ", but the login may be wrong: " +
                                       code_text(all[question::connect]) + " for every request");
    return said(check_status::unclear, reason + ", but no request was served");
}

check_result judge_login(const answer& got, const answers& all) {
    const std::string user = quote(all.facts.user);
    if (got.auth_status && !all.understands_login())
        return said(
            check_status::error,
            "the login was answered in version " + byte_text(*got.auth_version));
    if (got.auth_status == 0x00)
        return judge_accepted(user, all);
    if (got.auth_status)
        return said(
            check_status::no, "offered, but the login of " + user + " was rejected (" +
                                  byte_text(*got.auth_version) + " " + byte_text(*got.auth_status) +
                                  ")");
    return said(
        got.hung_up() ? check_status::no : check_status::unclear,
        "offered, but " + silence_text(got, all));
}

} // namespace

check_result read_none(const answers& all) {
    const answer& either = all[question::either];
    const answer& alone = all[question::none];
    const answer& got = alone.was_asked() || !chose(either, method::none) ? alone : either;
    check_result out = read_method(got, method::none, all);
    if (!chose(got, method::none))
        return out;
    out = judge_none(got, all);
    out.elapsed_ms = got.spans.method;
    return out;
}

check_result read_password(const answers& all) {
    const answer& got = all[question::password];
    check_result out = read_method(got, method::password, all);
    if (!chose(got, method::password))
        return out;
    if (all.facts.has_login && all.facts.may_log_in) {
        out = judge_login(got, all);
        out.elapsed_ms = got.spans.auth;
        return out;
    }
    out.status = check_status::unclear; // whether it accepts anyone
    out.reason =
        all.facts.has_login ? "05 02: offered, not used" : "05 02: offered, no login given";
    return out;
}

check_result read_chap(const answers& all) {
    return read_method(all[question::chap], method::chap, all);
}

check_result read_gssapi(const answers& all) {
    return read_method(all[question::gssapi], method::gssapi, all);
}

} // namespace sockscat::probing
