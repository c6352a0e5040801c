// SPDX-License-Identifier: MIT
#include "readings.hpp"

#include "probe/answers/words.hpp"
#include "proto/peer.hpp"
#include "reading_parts.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <span>

namespace sockscat::probing {
namespace {

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
    const bool is_cut_off = said.foreign.size() == 1 && said.foreign[0] == 0x05;
    if (is_cut_off)
        return {probe_check::socks5, check_status::error, "answered 05, and nothing behind it"};
    if (!said.foreign.empty()) {
        const bool is_socks4 = proto::classify(said.foreign) == peer_kind::socks4;
        return {
            probe_check::socks5, check_status::no,
            "answered " + first_bytes(said) + (is_socks4 ? " (speaks SOCKS4)" : "")};
    }
    const bool is_no = said.hung_up() && all.speaks_socks4();
    return {
        probe_check::socks5, is_no ? check_status::no : check_status::unclear,
        silence_text(said, all.limit_of(said))};
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
    std::string why = silence_text(said, all.limit_of(said));
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
    else if (all.leaves_connect_open())
        base.reason += ": no CONNECT was replied to within " + all.limit_text;
    return base;
}

std::string why_not_pipelined(const answers& all) {
    const std::string locked = locked_out(all);
    if (!locked.empty() || !all.reference.was_silent())
        return locked;
    return "no reply without it, either: " +
           silence_text(all.reference, all.limit_of(all.reference));
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

check_result skipped(probe_check id, std::string why) {
    return {id, check_status::skipped, std::move(why)};
}

check_result read_version(probe_check id, const answers& all) {
    if (id == probe_check::socks5)
        return read_socks5(all);
    return id == probe_check::socks4 ? read_socks4(all) : read_socks4a(all);
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
                                        : silence_text(all.gost, all.limit_of(all.gost)));
    } else if (!all.hello.was_asked()) {
        return skipped(probe_check::tls, "the proxy did not answer the greeting");
    } else if (all.hello.failed && all.hello.failed->kind == failure::usage) { // without OpenSSL
        out.status = check_status::error;
        out.reason = all.hello.failed->cause;
    } else if (all.hello.tls) {
        out.status = check_status::yes;
        out.reason = tls_text(*all.hello.tls);
    } else if (all.hello.how == ending::timeout) {
        out.status = speaks_socks(all) && answers_promptly(all.first()) ? check_status::no
                                                                        : check_status::unclear;
        out.reason = "no ServerHello within " + all.short_limit_text;
    } else if (all.hello.how == ending::unreachable) {
        out.status = check_status::error;
        out.reason = silence_text(all.hello, all.limit_of(all.hello));
    } else {
        const error why = all.hello.failed.value_or(error{});
        const bool is_alert = why.code == tls_errc::handshake_failed;
        const bool is_no = speaks_socks(all) || is_socks(why);
        out.status = is_alert ? check_status::error
                     : is_no  ? check_status::no
                              : check_status::unclear; // it closes whatever is said to it
        out.reason = is_socks(why) ? "answered with SOCKS, not with a ServerHello" : why.cause;
    }
    return out;
}

check_result read_pipelining(const answers& all) {
    constexpr auto id = probe_check::pipelining;
    const answer& said = all.pipelined;
    if (!said.was_asked())
        return skipped(id, why_not_pipelined(all));
    check_result out{id, check_status::no, ""};
    out.reply = code_of(said);
    out.elapsed_ms = said.spans.request;
    if (said.how == ending::unreachable) {
        out.status = check_status::error;
        out.reason = silence_text(said, all.limit_of(said));
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
