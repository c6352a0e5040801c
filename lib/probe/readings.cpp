// SPDX-License-Identifier: MIT
#include "readings.hpp"

#include "proto/peer.hpp"
#include "questions.hpp"
#include "words.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <span>

namespace sockscat::probing {
namespace {

constexpr std::uint8_t no_method = 0xFF;

check_result skipped(probe_check id, std::string why) {
    return {id, check_status::skipped, std::move(why)};
}

// What came first, for a person: "05 ff".
std::string first_bytes(const answer& said) {
    const std::span all{said.foreign};
    return hex(all.first(std::min<std::size_t>(all.size(), 4)), " ");
}

check_result read_socks5(const answers& all) {
    const answer& said = all.either.was_asked() ? all.either : all.none;
    if (all.speaks_socks5()) {
        check_result out{probe_check::socks5, check_status::yes, ""};
        out.elapsed_ms = said.spans.method;
        return out;
    }
    if (!said.was_asked())
        return skipped(probe_check::socks5, "the proxy is silent");
    if (!said.foreign.empty()) {
        const bool is_socks4 = proto::classify(said.foreign) == peer_kind::socks4;
        return {
            probe_check::socks5, check_status::no,
            "answered " + first_bytes(said) + (is_socks4 ? " (speaks SOCKS4)" : "")};
    }
    const bool is_no = said.hung_up() && all.speaks_socks4();
    return {
        probe_check::socks5, is_no ? check_status::no : check_status::unclear,
        silence_text(said, all.limit_text)};
}

const answer& socks4_evidence(const answers& all) {
    for (const answer* each : {&all.socks4_target, &all.socks4_connect, &all.socks4})
        if (each->code)
            return *each;
    return all.socks4_bind.was_asked() ? all.socks4_bind : all.socks4;
}

check_result read_socks4(const answers& all) {
    const answer& said = socks4_evidence(all);
    if (!all.socks4.was_asked())
        return skipped(probe_check::socks4, "the proxy did not answer the greeting");
    if (all.speaks_socks4()) {
        check_result out{probe_check::socks4, check_status::yes, code_text(said)};
        if (&said == &all.socks4)
            out.reason += " (to command 0x7e)";
        else if (&said == &all.socks4_bind)
            out.reason += " (to BIND)";
        out.reply = code_of(said);
        out.elapsed_ms = said.spans.request;
        return out;
    }
    if (!all.socks4.foreign.empty()) {
        const bool is_socks5 = all.socks4.foreign[0] == 0x05;
        return {
            probe_check::socks4, check_status::no,
            "answered " + first_bytes(all.socks4) + (is_socks5 ? " (speaks SOCKS5 only)" : "")};
    }
    std::string why = silence_text(said, all.limit_text);
    if (said.hung_up())
        why += " (without SOCKS4 or, like ssh -D, with it)";
    return {probe_check::socks4, check_status::unclear, std::move(why)};
}

check_result read_socks4a(const answers& all) {
    constexpr auto id = probe_check::socks4a;
    check_result base = read_socks4(all);
    base.id = id;
    base.reply.reset();
    base.elapsed_ms.reset();
    const answer& named = all.socks4a_target;
    if (named.code == 0x5A && !all.grants_early()) {
        base.status = check_status::yes;
        base.reason = code_text(named) + " for a name";
        base.reply = code_of(named);
        base.elapsed_ms = named.spans.request;
        return base;
    }
    if (is_genuine_resolve(all.socks4a_resolve)) {
        base.status = check_status::yes;
        base.reason = "resolved " + to_string(all.socks4a_resolve.bound->host) + " given as a name";
        base.reply = code_of(all.socks4a_resolve);
        base.elapsed_ms = all.socks4a_resolve.spans.request;
        return base;
    }
    if (base.status != check_status::yes)
        return base;
    if (named.code && *named.code != 0x5A && all.socks4_target.code == 0x5A) {
        base.status = check_status::no;
        base.reason = code_text(named) + " for a name, though the address was granted";
        base.reply = code_of(named);
        return base;
    }
    base.status = check_status::unclear;
    base.reason = "only a name that is granted tells 4a from 4";
    if (all.targets.empty())
        base.reason += ": needs --target";
    return base;
}

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
        out.reason = silence_text(said, all.limit_text);
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
        out.reason = "offered, but " + silence_text(said, all.limit_text);
    }
    return out;
}

// So much faster than what is waited for that silence means something.
bool answers_promptly(const answer& said) {
    return said.how != ending::timeout && said.spans.total() < 500;
}

bool speaks_socks(const answers& all) {
    return all.speaks_socks5() || all.speaks_socks4();
}

bool is_socks(const error& why) {
    return why.looks_like == peer_kind::socks5 || why.looks_like == peer_kind::socks4;
}

std::string tls_text(const tls_summary& tls) {
    return tls.version + ", " + tls.cipher + (tls.verified ? ", verified" : ", not verified");
}

} // namespace

check_result read_version(probe_check id, const answers& all) {
    if (id == probe_check::socks5)
        return read_socks5(all);
    return id == probe_check::socks4 ? read_socks4(all) : read_socks4a(all);
}

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

check_result read_tls(const answers& all) {
    check_result out{probe_check::tls, check_status::no, ""};
    const auto gost = all.gost.method.value_or(0);
    if (all.over_tls) {
        out.status = all.first().tls ? check_status::yes : check_status::error;
        out.reason = all.first().tls ? tls_text(*all.first().tls) : "the handshake failed";
    } else if (gost == 0x80 || gost == 0x82) {
        out.status = all.gost.tls ? check_status::yes : check_status::error;
        out.reason = "method " + method_text(gost) + ", " +
                     (all.gost.tls      ? tls_text(*all.gost.tls)
                      : all.gost.failed ? all.gost.failed->cause
                                        : silence_text(all.gost, all.limit_text));
    } else if (!all.hello.was_asked()) {
        return skipped(probe_check::tls, "the proxy did not answer the greeting");
    } else if (all.hello.tls) {
        out.status = check_status::yes;
        out.reason = tls_text(*all.hello.tls);
    } else if (all.hello.how == ending::timeout) {
        out.status = speaks_socks(all) && answers_promptly(all.first()) ? check_status::no
                                                                        : check_status::unclear;
        out.reason = "no ServerHello within " + all.short_limit_text;
    } else if (all.hello.how == ending::unreachable) {
        out.status = check_status::error;
        out.reason = silence_text(all.hello, all.limit_text);
    } else {
        const error why = all.hello.failed.value_or(error{});
        const bool is_alert = why.cause.starts_with("the handshake failed");
        out.status = is_alert            ? check_status::error
                     : speaks_socks(all) ? check_status::no
                                         : check_status::unclear; // closes whatever is said to it
        out.reason = is_socks(why) ? "answered with SOCKS, not with a ServerHello" : why.cause;
    }
    return out;
}

check_result read_pipelining(const answers& all) {
    constexpr auto id = probe_check::pipelining;
    const answer& said = all.pipelined;
    if (!said.was_asked())
        return skipped(id, all.speaks_socks5() ? locked_out(all) : "no SOCKS5 here");
    check_result out{id, check_status::no, ""};
    out.reply = code_of(said);
    out.elapsed_ms = said.spans.request;
    if (said.how == ending::unreachable) {
        out.status = check_status::error;
        out.reason = silence_text(said, all.limit_text);
    } else if (said.how == ending::timeout && !answers_promptly(all.reference)) {
        out.status = check_status::unclear;
        out.reason = silence_text(said, all.short_limit_text) + ", and it is slow without, too";
    } else if (!said.method) {
        out.reason =
            "the answer to the greeting is lost, " + silence_text(said, all.short_limit_text);
    } else if (said.method != 0x00 && said.method != 0x02) {
        out.reason = "the greeting was answered with 05 " + byte_text(*said.method);
    } else if (said.code && said.code == all.reference.code) {
        out.status = check_status::yes;
    } else if (said.code && !all.reference.code) {
        out.status = check_status::yes;
        out.reason = code_text(said);
    } else if (said.code) {
        out.reason = code_text(said) + ", but " + code_text(all.reference) + " when it waits";
    } else if (said.hung_up() && all.reference.hung_up()) {
        out.status = check_status::unclear;
        out.reason = "connection closed, no reply (as without pipelining)";
    } else {
        out.reason =
            "what is sent behind the greeting is lost: " + silence_text(said, all.short_limit_text);
    }
    return out;
}

std::string locked_out(const answers& all) {
    if (!all.speaks_socks5())
        return "no SOCKS5 here";
    if (all.enters_freely() || all.logged_in())
        return "";
    if (all.password.method == 0x02 && all.has_login && all.may_log_in)
        return "the login was not accepted";
    if (all.password.method == 0x02 || all.either.method == 0x02)
        return "needs a user name and password";
    return "none of our methods is accepted";
}

check_result read_check(probe_check id, const answers& all) {
    switch (group_of(id)) {
    case probe_group::versions:
        return read_version(id, all);
    case probe_group::auth:
        return read_auth(id, all);
    case probe_group::commands:
        return read_command(id, all);
    case probe_group::addresses:
        return read_address(id, all);
    case probe_group::tls:
        return read_tls(all);
    case probe_group::latency:
        break;
    }
    return read_pipelining(all);
}

} // namespace sockscat::probing
