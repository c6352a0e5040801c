// SPDX-License-Identifier: MIT
#include "findings.hpp"
#include "probe/answers/words.hpp"
#include "probe/read/readings.hpp"

#include "proto/peer.hpp"

#include <sockscat/text.hpp>
#include <sockscat/tls.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace sockscat::probing {
namespace {

error failed(const answers& all, failure kind, phase at, std::string cause) {
    error why{kind, at, std::move(cause)};
    why.hop = all.hop;
    return why;
}

judgement of_error(probe_verdict verdict, error why, std::string id, std::string advice) {
    judgement out;
    out.verdict = verdict;
    out.why = std::move(why);
    out.id = std::move(id);
    out.advice = std::move(advice);
    return out;
}

// A hop tried and could not connect to the next one.
bool is_refused_beyond(const error& why) {
    const int code = why.code.value();
    return why.kind == failure::refused && why.code.category() == socks5_reply_category() &&
           code >= 0x03 && code <= 0x06;
}

std::string advice_to_reach(const answers& all, const error& why) {
    if (is_refused_beyond(why))
        return why.hop + " cannot reach the next hop: is that running, is its port right?";
    if (why.hop != all.hop)
        return "look at the hop before it: sockscat probe " + why.hop;
    if (why.kind == failure::timeout)
        return "is there a firewall? --timeout SECONDS waits longer";
    if (why.kind == failure::proxy_name)
        return "is the name right?";
    return all.has_port ? "is it running, is the port right?" : "is it running, is the path right?";
}

judgement not_reached(const answers& all, const error& why) {
    const bool is_silent =
        why.kind == failure::timeout && why.at == phase::tls && why.hop == all.hop;
    if (is_silent)
        return of_error(
            probe_verdict::unusable,
            failed(
                all, failure::timeout, phase::tls,
                "it accepts connections and does not answer the TLS handshake: " + why.cause),
            "silent", "does it speak TLS at this port? if it does not, write the URL without +tls");
    if (why.kind != failure::tls)
        return of_error(probe_verdict::unreachable, why, "unreachable", advice_to_reach(all, why));
    const bool is_socks =
        why.looks_like == peer_kind::socks5 || why.looks_like == peer_kind::socks4;
    const bool is_other = why.looks_like == peer_kind::http || why.looks_like == peer_kind::ssh ||
                          why.looks_like == peer_kind::mail_or_ftp;
    const bool is_about_trust =
        why.code == tls_errc::not_trusted || why.code == tls_errc::wrong_name;
    return of_error(
        is_other ? probe_verdict::not_socks : probe_verdict::unusable, why, "tls-failed",
        is_socks                            ? "write the URL without +tls"
        : why.code == tls_errc::out_of_date ? "is the clock of this machine right?"
        : is_about_trust
            ? "--proxy-cacert FILE trusts its authority, --proxy-servername NAME expects another "
              "name"
            : "is this a TLS port? if it is not, write the URL without +tls");
}

std::string advice_for(peer_kind kind) {
    switch (kind) {
    case peer_kind::http:
        return "an HTTP proxy is not for probe: try sockscat connect -z -x http://... HOST PORT";
    case peer_kind::ssh:
        return "ssh -D PORT makes a SOCKS proxy of an SSH server; give that PORT";
    case peer_kind::tls:
        return "try it with TLS: socks5h+tls://";
    default:
        return "is this the right port?";
    }
}

judgement is_stranger(const answers& all, std::span<const std::uint8_t> said) {
    const peer_kind kind = proto::classify(said);
    error why = failed(all, failure::protocol, phase::method, proto::describe(kind, said));
    why.looks_like = kind;
    return of_error(probe_verdict::not_socks, why, "not-socks", advice_for(kind));
}

judgement speaks_other_version(const answers& all) {
    const bool wants_socks4 = all.wanted == proxy_protocol::socks4;
    return of_error(
        probe_verdict::unusable,
        failed(
            all, failure::protocol, wants_socks4 ? phase::request : phase::method,
            wants_socks4 ? "it speaks SOCKS5, not SOCKS4" : "it speaks SOCKS4, not SOCKS5"),
        "other-version",
        wants_socks4 ? "write the URL with socks5h://" : "write the URL with socks4a://");
}

judgement no_socks5(const answers& all) {
    const answer& said = all.first();
    const bool is_cut_off = said.foreign.size() == 1 && said.foreign[0] == 0x05;
    if (is_cut_off && all.wanted != proxy_protocol::socks4)
        return of_error(
            probe_verdict::unusable,
            failed(all, failure::protocol, phase::method, "its answer is cut off after 05"),
            "cut-off", "is it under load? --timeout SECONDS waits longer");
    if (!said.foreign.empty())
        return is_stranger(all, said.foreign);
    if (all.hello.tls)
        return of_error(
            probe_verdict::not_socks,
            failed(
                all, failure::protocol, phase::method,
                std::string{"this is a TLS port"} + (all.hello.method
                                                         ? ", and there is SOCKS5 inside"
                                                         : ", spoken to without TLS")),
            "not-socks", advice_for(peer_kind::tls));
    if (said.how == ending::timeout)
        return of_error(
            probe_verdict::unusable,
            failed(
                all, failure::timeout, said.at,
                "it accepts connections and stays silent: no answer within " + all.limit_text),
            "silent", "is it a SOCKS proxy at all, or under load? --timeout SECONDS waits longer");
    return of_error(
        probe_verdict::unusable,
        failed(all, failure::closed, said.at, "it closes the connection without an answer"),
        "closed", "it may refuse this client's address, or be no SOCKS proxy");
}

judgement no_method(const answers& all, std::string cause, std::string id, std::string advice) {
    return of_error(
        probe_verdict::unusable, failed(all, failure::no_method, phase::method, std::move(cause)),
        std::move(id), std::move(advice));
}

std::string rare_method(const answers& all) {
    if (all.gssapi.method == 0x01)
        return "GSSAPI";
    if (all.chap.method == 0x03)
        return "CHAP";
    return all.gost.method == 0x80 || all.gost.method == 0x82 ? "gost's TLS" : "";
}

// It wants to know who asks.
judgement not_let_in(const answers& all) {
    const answer& login = all.password;
    if (login.method == 0x02 && all.has_login && all.may_log_in) {
        if (login.auth_status && login.auth_version != 0x01 && login.auth_version != 0x05)
            return of_error(
                probe_verdict::unusable,
                failed(
                    all, failure::protocol, phase::auth,
                    "it answers the login in version " + byte_text(*login.auth_version)),
                "broken-login", "report it to the maker of the proxy");
        if (login.auth_status)
            return of_error(
                probe_verdict::unusable,
                failed(
                    all, failure::credentials, phase::auth,
                    "it rejects the user name or password of " + quote(all.user) + " (status " +
                        byte_text(*login.auth_status) + ")"),
                "credentials-rejected",
                all.has_password ? "check both; nothing else was tried"
                                 : "no password was given: --proxy-ask-password, or "
                                   "?password-file=FILE in its URL");
        const bool is_silent = login.how == ending::timeout;
        return of_error(
            probe_verdict::unusable,
            failed(
                all, is_silent ? failure::timeout : failure::closed, phase::auth,
                silence_text(login, all.limit_of(login))),
            is_silent ? "silent" : "closed", "a proxy may do so when it rejects the credentials");
    }
    if (all.none.method == 0x00)
        return no_method(
            all, "it accepts none of the methods that were offered", "no-method",
            "it lets in without credentials: without --auth and --isolate that is offered, too");
    const bool wants_password = login.method == 0x02 || all.either.method == 0x02;
    if (wants_password && all.has_login)
        return no_method(
            all, "it wants a user name and password, which was not offered", "no-method",
            "add password to --auth, or leave that out");
    if (wants_password)
        return no_method(
            all, "it wants a user name and password, and none were given", "needs-credentials",
            "try --proxy-user NAME --proxy-ask-password, or user@ in its URL if there are several");
    const std::string rare = rare_method(all);
    if (!rare.empty())
        return no_method(
            all, "it wants the method " + rare + ", by which probe does not log in", "no-method",
            rare == "GSSAPI" ? "try sockscat connect --auth gssapi with a ticket"
            : rare == "CHAP" ? "try sockscat connect --auth chap --proxy-user NAME"
                             : "try sockscat connect --auth gost-tls");
    return no_method(
        all, "it accepts none of the methods that were offered", "no-method",
        "it may want a method that nobody else has, or refuse this client");
}

// Whatever it is asked, it says no.
bool denies_everything(const answers& all) {
    const auto is_denied = [](const answer& said) { return said.code == 0x02; };
    const bool asked_more = all.bind.code || all.udp.code;
    return is_denied(all.connect) && asked_more && is_denied(all.bind) && is_denied(all.udp) &&
           !is_denied(all.control);
}

judgement judge_socks5(const answers& all) {
    if (!locked_out(all).empty())
        return not_let_in(all);
    const bool is_login_lost =
        all.has_login && all.may_log_in && all.password.method == 0x02 && !all.logged_in();
    if (is_login_lost)
        return not_let_in(all);
    if (all.leaves_requests_open())
        return of_error(
            probe_verdict::unusable,
            failed(
                all, failure::timeout, phase::request,
                "it lets in and replies to no request: not to CONNECT within " +
                    all.limit_of(all.connect) + ", nor to command 0x7e within " +
                    all.limit_of(all.control)),
            "silent", "is there a network behind it? --timeout SECONDS waits longer");
    const bool any_target =
        std::any_of(all.targets.begin(), all.targets.end(), [](const target_answer& each) {
            return each.tcp.granted();
        });
    if (denies_everything(all) && !any_target) {
        error why = failed(
            all, failure::refused, phase::request,
            std::string{"it denies every command"} +
                (all.logged_in() ? ": the user name or password may be wrong" : ""));
        why.code = {0x02, socks5_reply_category()};
        return of_error(
            probe_verdict::unusable, why, "denied",
            "ask who runs it what this client, or this user, is allowed to do");
    }
    return {};
}

} // namespace

judgement judge(const answers& all) {
    const answer& said = all.first();
    if (said.how == ending::unreachable)
        return not_reached(
            all, said.failed.value_or(failed(all, failure::proxy_unreachable, phase::connect, "")));
    const bool speaks4 = all.speaks_socks4();
    if (all.wanted == proxy_protocol::socks4) {
        if (speaks4)
            return {};
        if (!all.speaks_socks5())
            return no_socks5(all);
        const bool is_no = !all.socks4.foreign.empty();
        return is_no ? speaks_other_version(all) : judge_socks5(all);
    }
    if (all.speaks_socks5())
        return judge_socks5(all);
    return speaks4 ? speaks_other_version(all) : no_socks5(all);
}

} // namespace sockscat::probing
