// SPDX-License-Identifier: MIT
#include "verdict.hpp"

#include "fill_in.hpp"
#include "probe/answers/http.hpp"
#include "probe/answers/words.hpp"
#include "proto/peer.hpp"

#include <sockscat/text.hpp>
#include <sockscat/tls.hpp>

#include <utility>

namespace sockscat::probing {
namespace {

using v = probe_verdict;
constexpr auto as_it_came = std::nullopt;

error failed_at_first(const answers& all) {
    error nothing_known{failure::proxy_unreachable, phase::connect, ""};
    nothing_known.hop = all.facts.hop;
    return all.first().failed.value_or(std::move(nothing_known));
}

std::string way_to_hop_text(const answers& all) {
    const std::string hop = failed_at_first(all).hop;
    for (const auto& [label, way] : all.facts.ways)
        if (label == hop)
            return way;
    return hop;
}

// Where a name was refused and an address was not, it has no 4a.
std::string socks4_url_text(const answers& all) {
    const answer& named = all[question::socks4a_target];
    const bool lacks_names = all[question::socks4_target].granted() && named.was_asked() &&
                             !named.granted() && !named.was_silent();
    return lacks_names ? all.facts.url_as_socks4 : all.facts.url_as_socks4a;
}

std::string stranger_text(const answer& said) {
    return proto::describe(proto::classify(said.foreign), said.foreign);
}

// Where nothing but HTTP is answered, that.
std::string first_stranger_text(const answers& all) {
    const answer& first = all.first();
    const answer& by_http = all[question::http_connect];
    if (!first.foreign.empty() || !by_http.http)
        return stranger_text(first);
    return "this is an HTTP server, not a SOCKS proxy: it answers CONNECT with " +
           status_text(by_http);
}

std::string trust_advice(const answers& all) {
    return failed_at_first(all).code == tls_errc::wrong_name
               ? "use --proxy-servername NAME if that name is right"
               : "use --proxy-cacert FILE to trust another CA";
}

std::string drop_tls_text(const answers& all) {
    return all.facts.wanted == proxy_protocol::http ? "write http:// instead of https://"
                                                    : "drop +tls from the URL";
}

// The URL's scheme says TLS, or HTTP over TLS, and it is neither.
std::string plain_socks_text(const answers& all) {
    if (all.facts.wanted != proxy_protocol::http)
        return drop_tls_text(all);
    const bool is_socks4 = failed_at_first(all).looks_like == peer_kind::socks4;
    return "use this URL: " +
           (is_socks4 ? all.facts.url_as_plain_socks4a : all.facts.url_as_plain_socks5h);
}

std::string target_text(const answers& all) {
    const answer* const last = last_of_targets(all);
    for (const target_answer& each : all.targets)
        if (&each.tcp == last)
            return to_string(each.target);
    return to_string(all.targets.back().target);
}

std::string target_silence_text(const answers& all) {
    const answer* const last = last_of_targets(all);
    return last == nullptr ? "no reply to any request" : silence_text(*last, all.limit_of(*last));
}

std::string target_broken_text(const answers& all) {
    const answer& last = *last_of_targets(all);
    if (last.is_endless)
        return silence_text(last, "");
    return last.foreign.empty() ? "its reply is incomplete" : stranger_text(last);
}

constexpr std::string_view target_advice =
    "is it running, and may the proxy reach it? --target HOST:PORT tries another";
constexpr std::string_view stopped_advice =
    "it may limit connections or their rate: try again later";

constexpr std::array words{
    word<answers>{"{hop}", [](const answers& all) { return failed_at_first(all).hop; }},
    word<answers>{"{way-to-hop}", way_to_hop_text},
    word<answers>{"{cause}", [](const answers& all) { return failed_at_first(all).cause; }},
    word<answers>{"{trust-advice}", trust_advice},
    word<answers>{"{drop-tls}", drop_tls_text},
    word<answers>{"{plain-socks}", plain_socks_text},
    word<answers>{"{stranger}", first_stranger_text},
    word<answers>{
        "{plain-stranger}",
        [](const answers& all) {
            const answer& said = all.first();
            return said.is_endless
                       ? silence_text(said, "")
                       : proto::describe_plain(proto::classify(said.foreign), said.foreign);
        }},
    word<answers>{"{http-url}", [](const answers& all) { return all.facts.url_as_http; }},
    word<answers>{"{status}", [](const answers& all) { return status_text(last_http_reply(all)); }},
    word<answers>{"{schemes}", [](const answers& all) { return schemes_text(*login_demand(all)); }},
    word<answers>{"{limit}", [](const answers& all) { return all.facts.limit_text(); }},
    word<answers>{"{socks4-url}", socks4_url_text},
    word<answers>{"{socks5h-url}", [](const answers& all) { return all.facts.url_as_socks5h; }},
    word<answers>{"{target}", target_text},
    word<answers>{
        "{target-reply}", [](const answers& all) { return code_text(*last_of_targets(all)); }},
    word<answers>{"{target-broken}", target_broken_text},
    word<answers>{"{target-silence}", target_silence_text},
    word<answers>{
        "{target-unknown}", [](const answers& all) { return all.targets.back().unknown->cause; }},
    word<answers>{
        "{names-url}",
        [](const answers& all) {
            const bool is_socks4 = all.facts.wanted == proxy_protocol::socks4;
            return is_socks4 ? all.facts.url_as_socks4a : all.facts.url_as_socks5h;
        }},
    word<answers>{
        "{foreign-reply}",
        [](const answers& all) { return stranger_text(all[question::connect]); }},
    word<answers>{
        "{stopped}",
        [](const answers& all) {
            return "it stopped serving after " + counted(all.stopped->served, "connection");
        }},
    word<answers>{
        "{stopped-foreign}", [](const answers& all) { return stranger_text(all.stopped->last); }},
    word<answers>{"{user}", [](const answers& all) { return quote(all.facts.user); }},
    word<answers>{
        "{login-version}",
        [](const answers& all) { return byte_text(*all[question::password].auth_version); }},
    word<answers>{
        "{login-status}",
        [](const answers& all) { return byte_text(*all[question::password].auth_status); }},
    word<answers>{
        "{login-silence}",
        [](const answers& all) {
            const answer& said = all[question::password];
            return silence_text(said, all.limit_of(said));
        }},
};

constexpr std::array<verdict_row, reason_count> rows{{
    {reason::next_hop_not_reached, v::unreachable, "unreachable", as_it_came, phase::none, "",
     "{hop} cannot reach the next proxy: is that running, and is its port right?"},
    {reason::hop_before_failed, v::unreachable, "unreachable", as_it_came, phase::none, "",
     "examine the proxy before it: sockscat probe {way-to-hop}"},
    {reason::connect_timed_out, v::unreachable, "unreachable", as_it_came, phase::none, "",
     "a firewall may be dropping packets; --timeout SECONDS waits longer"},
    {reason::name_not_found, v::unreachable, "unreachable", as_it_came, phase::none, "",
     "is the name right?"},
    {reason::not_listening, v::unreachable, "unreachable", as_it_came, phase::none, "",
     "is the proxy running? is the port right?"},
    {reason::no_unix_socket, v::unreachable, "unreachable", as_it_came, phase::none, "",
     "is the proxy running? is the path right?"},

    {reason::tls_silent, v::unusable, "silent", failure::timeout, phase::tls,
     "it accepts the connection but does not answer the TLS handshake: {cause}",
     "does it speak TLS on this port? if not, {drop-tls}"},
    {reason::tls_met_socks, v::unusable, "tls-failed", as_it_came, phase::none, "",
     "{plain-socks}"},
    {reason::tls_met_other, v::not_socks, "tls-failed", as_it_came, phase::none, "",
     "does it speak TLS on this port? if not, {drop-tls}"},
    {reason::tls_out_of_date, v::unusable, "tls-failed", as_it_came, phase::none, "",
     "is the clock of this machine right?"},
    {reason::tls_not_trusted, v::unusable, "tls-failed", as_it_came, phase::none, "",
     "{trust-advice}"},
    {reason::tls_has_no_names, v::unusable, "tls-failed", as_it_came, phase::none, "",
     "it needs a new certificate; --proxy-insecure accepts any certificate, including this one"},
    {reason::tls_requires_certificate, v::unusable, "tls-failed", as_it_came, phase::none, "",
     "use --proxy-cert FILE to present a client certificate"},
    {reason::tls_refuses_certificate, v::unusable, "tls-failed", as_it_came, phase::none, "",
     "does it know the certificate given by --proxy-cert?"},
    {reason::tls_failed, v::unusable, "tls-failed", as_it_came, phase::none, "",
     "does it speak TLS on this port? if not, {drop-tls}"},

    {reason::only_socks4, v::unusable, "other-version", failure::protocol, phase::method,
     "it speaks SOCKS4, not SOCKS5", "use this URL: {socks4-url}"},
    {reason::only_socks5, v::unusable, "other-version", failure::protocol, phase::request,
     "it speaks SOCKS5, not SOCKS4", "use this URL: {socks5h-url}"},
    {reason::cut_off, v::unusable, "cut-off", failure::protocol, phase::method,
     "its answer ends after 05", "is it overloaded? --timeout SECONDS waits longer"},
    {reason::stalled, v::unusable, "cut-off", failure::timeout, phase::method,
     "its answer stopped after 05: nothing more within {limit}",
     "is it overloaded? --timeout SECONDS waits longer"},
    {reason::met_http, v::not_socks, "not-socks", failure::protocol, phase::method, "{stranger}",
     "it does not understand CONNECT, so it is not a proxy: is this the right port?"},
    {reason::met_http_proxy, v::not_socks, "not-socks", failure::protocol, phase::method,
     "this is an HTTP proxy: {http-url}", "use this URL: {http-url}"},
    {reason::met_ssh, v::not_socks, "not-socks", failure::protocol, phase::method, "{stranger}",
     "ssh -D PORT makes a SOCKS proxy of an SSH server; give that PORT"},
    {reason::met_tls, v::not_socks, "not-socks", failure::protocol, phase::method, "{stranger}",
     "try TLS: socks5h+tls://"},
    {reason::met_other, v::not_socks, "not-socks", failure::protocol, phase::method, "{stranger}",
     "is this the right port?"},
    {reason::tls_with_socks_inside, v::not_socks, "not-socks", failure::protocol, phase::method,
     "this is a TLS port with SOCKS5 inside", "try TLS: socks5h+tls://"},
    {reason::tls_without_socks, v::not_socks, "not-socks", failure::protocol, phase::method,
     "this is a TLS port", "try TLS: socks5h+tls://"},
    {reason::silent, v::unusable, "silent", failure::timeout, phase::none,
     "it accepts the connection but does not answer within {limit}",
     "is it really a SOCKS proxy? is it overloaded? --timeout SECONDS waits longer"},
    {reason::closed, v::unusable, "closed", failure::closed, phase::none,
     "it closes the connection without answering",
     "it may refuse this client's address, or not be a SOCKS proxy"},

    {reason::login_broken, v::unusable, "broken-login", failure::protocol, phase::auth,
     "it answers the login in version {login-version}",
     "report this to the developers of the proxy"},
    {reason::login_rejected, v::unusable, "credentials-rejected", failure::credentials, phase::auth,
     "it rejects the user name or password of {user} (status {login-status})",
     "check both; nothing else was tried"},
    {reason::login_without_password, v::unusable, "credentials-rejected", failure::credentials,
     phase::auth, "it rejects the user name or password of {user} (status {login-status})",
     "no password was given: --proxy-ask-password, or ?password-file=FILE in its URL"},
    {reason::login_silent, v::unusable, "silent", failure::timeout, phase::auth, "{login-silence}",
     "some proxies do this when they reject the credentials"},
    {reason::login_closed, v::unusable, "closed", failure::closed, phase::auth, "{login-silence}",
     "some proxies do this when they reject the credentials"},
    {reason::none_not_offered, v::unusable, "no-method", failure::no_method, phase::method,
     "it accepts none of the offered methods",
     "it needs no credentials: drop --auth and --isolate"},
    {reason::password_not_offered, v::unusable, "no-method", failure::no_method, phase::method,
     "it requires a user name and password, which were not offered",
     "add password to --auth, or drop --auth"},
    {reason::password_not_given, v::unusable, "needs-credentials", failure::no_method,
     phase::method, "it requires a user name and password, and none were given",
     "try --proxy-user NAME --proxy-ask-password, or user@ in its URL if there are several"},
    {reason::requires_gssapi, v::unusable, "no-method", failure::no_method, phase::method,
     "it requires GSSAPI, which probe cannot log in with",
     "try sockscat connect --auth gssapi (get a ticket with kinit)"},
    {reason::requires_chap, v::unusable, "no-method", failure::no_method, phase::method,
     "it requires CHAP, which probe cannot log in with",
     "try sockscat connect --auth chap --proxy-user NAME"},
    {reason::requires_gost_tls, v::unusable, "no-method", failure::no_method, phase::method,
     "it requires gost's TLS method, which probe cannot log in with",
     "try sockscat connect --auth gost-tls"},
    {reason::requires_unknown_method, v::unusable, "no-method", failure::no_method, phase::method,
     "it accepts none of the offered methods",
     "it may require a private method, or refuse this client"},

    {reason::denies_everything, v::unusable, "denied", failure::refused, phase::request,
     "it denies every command", "ask its administrator what this client or user may do"},
    {reason::denies_user, v::unusable, "denied", failure::refused, phase::request,
     "it denies every command: the user name or password may be wrong",
     "ask its administrator what this client or user may do"},
    {reason::replies_in_foreign, v::unusable, "nothing-served", failure::protocol, phase::request,
     "it accepts the greeting, but answers requests with something else: {foreign-reply}",
     "is something else listening behind it? --trace shows everything"},
    {reason::target_refused, v::unusable, "no-target-reached", failure::refused, phase::request,
     "no target was reached: {target}: {target-reply}", target_advice},
    {reason::target_broken, v::unusable, "no-target-reached", failure::protocol, phase::request,
     "no target was reached: {target}: {target-broken}",
     "is something else listening behind it? --trace shows everything"},
    {reason::target_closed, v::unusable, "no-target-reached", failure::closed, phase::request,
     "no target was reached: {target}: {target-silence}", target_advice},
    {reason::target_lost, v::unusable, "no-target-reached", failure::closed, phase::request,
     "no target was reached: {target}: granted, then closed immediately", target_advice},
    {reason::target_silent, v::unusable, "no-target-reached", failure::timeout, phase::request,
     "no target was reached: {target}: {target-silence}",
     "does the proxy have network access? --timeout SECONDS waits longer"},
    {reason::target_unknown, v::unusable, "no-target-reached", failure::negative_answer,
     phase::lookup, "no target was reached: {target}: {target-unknown}",
     "with this URL, this machine resolves names; with {names-url} the proxy does"},
    {reason::stopped_accepting, v::unusable, "stops-serving", failure::no_method, phase::method,
     "{stopped}: it no longer accepts any method", stopped_advice},
    {reason::stopped_login, v::unusable, "stops-serving", failure::credentials, phase::auth,
     "{stopped}: it rejects the login that it accepted before", stopped_advice},
    {reason::stopped_speaking, v::unusable, "stops-serving", failure::protocol, phase::none,
     "{stopped}: {stopped-foreign}", stopped_advice},
    {reason::stopped_closing, v::unusable, "stops-serving", failure::closed, phase::none,
     "{stopped}: it closes the connection without answering", stopped_advice},
    {reason::stopped_silent, v::unusable, "stops-serving", failure::timeout, phase::none,
     "{stopped}: it no longer answers", stopped_advice},
    {reason::stopped_listening, v::unusable, "stops-serving", failure::proxy_unreachable,
     phase::connect, "{stopped}: it no longer accepts connections", stopped_advice},

    {reason::http_met_socks5, v::unusable, "other-version", failure::protocol, phase::request,
     "this is a SOCKS proxy: {socks5h-url}", "use this URL: {socks5h-url}"},
    {reason::http_met_socks4, v::unusable, "other-version", failure::protocol, phase::request,
     "this is a SOCKS proxy: {socks4-url}", "use this URL: {socks4-url}"},
    {reason::http_met_tls, v::unusable, "not-http", failure::protocol, phase::request,
     "this is a TLS port", "try TLS: https://"},
    {reason::http_met_other, v::unusable, "not-http", failure::protocol, phase::request,
     "{plain-stranger}", "is this the right port?"},
    {reason::http_without_connect, v::unusable, "no-connect", failure::refused, phase::request,
     "it answers CONNECT with {status}: it is a web server, or does not relay to this port",
     "is this the right port? --target HOST:PORT tries another target"},
    {reason::http_silent, v::unusable, "silent", failure::timeout, phase::none,
     "it accepts the connection but does not answer within {limit}",
     "is it really an HTTP proxy? is it overloaded? --timeout SECONDS waits longer"},
    {reason::http_scheme_unknown, v::unusable, "no-method", failure::no_method, phase::request,
     "it offers {schemes}, not Basic", "sockscat can log in with Basic only"},
    {reason::http_login_not_given, v::unusable, "needs-credentials", failure::no_method,
     phase::request, "it requires a user name and password, and none were given",
     "try --proxy-user NAME --proxy-ask-password, or user@ in its URL if there are several"},
    {reason::http_login_rejected, v::unusable, "credentials-rejected", failure::credentials,
     phase::request, "it rejects the user name or password of {user} ({status})",
     "check both; nothing else was tried"},
    {reason::http_login_without_password, v::unusable, "credentials-rejected", failure::credentials,
     phase::request, "it rejects the user name or password of {user} ({status})",
     "no password was given: --proxy-ask-password, or ?password-file=FILE in its URL"},
    {reason::http_denied, v::unusable, "denied", failure::refused, phase::request,
     "it denies CONNECT ({status})", "it may allow other targets: --target HOST:PORT tries one"},
    {reason::http_refuses_targets, v::unusable, "no-target-reached", failure::refused,
     phase::request, "no target was reached, the last reply was {status}",
     "is the target running, and may this client or user connect to it?"},
    {reason::http_closes_at_targets, v::unusable, "no-target-reached", failure::closed,
     phase::request, "no target was reached: it closes the connection without a reply",
     "is the target running? some proxies do this when they cannot connect"},
    {reason::http_silent_at_targets, v::unusable, "no-target-reached", failure::timeout,
     phase::request, "no target was reached: no reply within {limit}",
     "does the proxy have network access? --timeout SECONDS waits longer"},
}};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].why != static_cast<reason>(i))
            return false;
    return true;
}
static_assert(is_in_order());

constexpr bool has_known_words() {
    const std::span<const word<answers>> known{words};
    return std::all_of(rows.begin(), rows.end(), [&](const verdict_row& each) {
        return is_known(each.sentence, known) && is_known(each.advice, known);
    });
}
static_assert(has_known_words());

std::string filled_in(std::string_view text, const answers& all) {
    return fill_in(text, std::span<const word<answers>>{words}, all);
}

void give_code(error& why, const answer& refusal) {
    const bool is_socks5 = refusal.reply[0] == 0x05;
    why.code = {*refusal.code, is_socks5 ? socks5_reply_category() : socks4_reply_category()};
    if (why.code == socks4_reply::identd_unreachable || why.code == socks4_reply::identd_mismatch)
        why.kind = failure::credentials;
}

error error_for(const verdict_row& row, const answers& all) {
    if (!row.status)
        return failed_at_first(all);
    const answer& said = all.first();
    const phase at = row.at == phase::none ? said.at : row.at;
    error why{*row.status, at, filled_in(row.sentence, all)};
    why.hop = all.facts.hop;
    if (row.status == failure::refused && all.facts.wanted == proxy_protocol::http)
        why.code = {last_http_reply(all).http->status, http_status_category()};
    else if (row.status == failure::refused)
        give_code(
            why,
            row.why == reason::target_refused ? *last_of_targets(all) : all[question::connect]);
    if (row.verdict == probe_verdict::not_socks && !said.foreign.empty())
        why.looks_like = proto::classify(said.foreign);
    return why;
}

} // namespace

const std::array<verdict_row, reason_count>& verdict_rows() {
    return rows;
}

judgement judge(const answers& all) {
    const reason why = reason_of(all);
    if (why == reason::none)
        return {};
    const verdict_row& row = rows[static_cast<std::size_t>(why)];
    return {row.verdict, error_for(row, all), std::string{row.finding}, filled_in(row.advice, all)};
}

} // namespace sockscat::probing
