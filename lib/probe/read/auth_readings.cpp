// SPDX-License-Identifier: MIT
#include "probe/answers/words.hpp"
#include "reading_parts.hpp"
#include "readings.hpp"

#include <sockscat/text.hpp>

namespace sockscat::probing {
namespace {

constexpr std::uint8_t no_method = 0xFF;

check_result read_method(
    probe_check id, const answer& said, std::uint8_t wanted, const answers& all) {
    if (!said.was_asked())
        return skipped(id, all.speaks_socks5() ? "not needed" : "no SOCKS5 here");
    check_result out{id, check_status::no, ""};
    out.elapsed_ms = said.spans.method;
    if (!said.method) {
        // Who closes whatever is said to it says nothing about a method.
        const bool is_no = said.hung_up() && all.speaks_socks5();
        out.status = said.how == ending::unreachable ? check_status::error
                     : is_no                         ? check_status::no
                                                     : check_status::unclear;
        out.reason = silence_text(said, all.limit_of(said));
        return out;
    }
    out.reason = "05 " + byte_text(*said.method);
    if (said.method == no_method)
        return out;
    if (all.ignores_offers()) {
        out.status = check_status::unclear;
        out.reason += ", but it answers a method that nobody has with 05 " +
                      byte_text(*all.unassigned.method) + ", too";
    } else if (said.method == wanted) {
        out.status = check_status::yes;
    } else {
        out.reason += ": chose what was not offered";
    }
    return out;
}

// 3proxy chooses none whatever is offered, and denies later.
bool lets_in(const answers& all) {
    for (const answer* each : {&all.connect, &all.control, &all.bind, &all.udp})
        if (each->code && each->code != 0x02)
            return true;
    return false;
}

check_result read_none(const answers& all) {
    const answer& said = all.none.was_asked() || all.either.method != 0x00 ? all.none : all.either;
    check_result out = read_method(probe_check::auth_none, said, 0x00, all);
    const bool entered = said.method == 0x00 && !all.logged_in() && lets_in(all);
    if (out.status == check_status::unclear && entered)
        out.status = check_status::yes;
    if (out.status == check_status::yes)
        out.reason.clear();
    return out;
}

check_result read_password(const answers& all) {
    check_result out = read_method(probe_check::auth_password, all.password, 0x02, all);
    const answer& said = all.password;
    if (said.method != 0x02)
        return out;
    out.status = check_status::yes;
    out.reason = all.has_login ? "05 02; not to be used" : "05 02; no login tried";
    if (!all.has_login || !all.may_log_in)
        return out;
    out.elapsed_ms = said.spans.auth;
    const bool is_ours = said.auth_version == 0x01 || said.auth_version == 0x05;
    if (said.auth_status && !is_ours) {
        out.status = check_status::error;
        out.reason = "the login was answered in version " + byte_text(*said.auth_version);
    } else if (said.auth_status == 0x00) {
        out.reason = "logged in as " + quote(all.user);
    } else if (said.auth_status) {
        out.status = check_status::no;
        out.reason = "offered, but the login of " + quote(all.user) + " was rejected (" +
                     byte_text(*said.auth_version) + " " + byte_text(*said.auth_status) + ")";
    } else {
        out.status = said.hung_up() ? check_status::no : check_status::unclear;
        out.reason = "offered, but " + silence_text(said, all.limit_of(said));
    }
    return out;
}

} // namespace

check_result read_auth(probe_check id, const answers& all) {
    switch (id) {
    case probe_check::auth_none:
        return read_none(all);
    case probe_check::auth_password:
        return read_password(all);
    case probe_check::auth_gssapi:
        return read_method(id, all.gssapi, 0x01, all);
    default:
        return read_method(id, all.chap, 0x03, all);
    }
}

} // namespace sockscat::probing
