// SPDX-License-Identifier: MIT
#include "probe/wire_answers.hpp"
#include "support/catch.hpp"

#include "net/tls/tls_errors.hpp"
#include "probe/judge/reason.hpp"
#include "probe/judge/verdict.hpp"

#include <set>
#include <utility>
#include <vector>

namespace sockscat::tests {
namespace {

using probing::reason;
using row = std::pair<reason, answers>;

constexpr int unknown_ca = 1048; // an alert, as OpenSSL counts its reasons

answers only(answer first) {
    answers all;
    all.facts.hop = "192.0.2.1:1080";
    all[question::either] = std::move(first);
    return all;
}

answers failing(failure kind, phase at, std::error_code code = {}) {
    answer said;
    said.how = probing::ending::unreachable;
    said.failed.emplace(kind, at, "because");
    said.failed->hop = "192.0.2.1:1080";
    said.failed->code = code;
    return only(std::move(said));
}

answers meeting(peer_kind kind) {
    answers all = failing(failure::tls, phase::tls);
    all[question::either].failed->looks_like = kind;
    return all;
}

std::vector<row> without_connection() {
    answers before = failing(failure::refused, phase::request);
    before[question::either].failed->hop = "198.51.100.1:1080";
    answers next = before;
    next[question::either].failed->code = {0x05, socks5_reply_category()};
    answers path = failing(failure::proxy_unreachable, phase::connect);
    path.facts.has_port = false;
    return {
        {reason::next_hop_not_reached, next},
        {reason::hop_before_failed, before},
        {reason::connect_timed_out, failing(failure::timeout, phase::connect)},
        {reason::name_not_found, failing(failure::proxy_name, phase::lookup)},
        {reason::not_listening, failing(failure::proxy_unreachable, phase::connect)},
        {reason::no_unix_socket, path},
        {reason::tls_silent, failing(failure::timeout, phase::tls)},
        {reason::tls_met_socks, meeting(peer_kind::socks5)},
        {reason::tls_met_other, meeting(peer_kind::http)},
        {reason::tls_out_of_date, failing(failure::tls, phase::tls, tls_errc::out_of_date)},
        {reason::tls_not_trusted, failing(failure::tls, phase::tls, tls_errc::wrong_name)},
        {reason::tls_has_no_names, failing(failure::tls, phase::tls, tls_errc::no_names)},
        {reason::tls_requires_certificate,
         failing(failure::tls, phase::tls, tls_errc::certificate_required)},
        {reason::tls_refuses_certificate,
         failing(failure::tls, phase::tls, net::about_our_certificate(unknown_ca))},
        {reason::tls_failed, failing(failure::tls, phase::tls, {unknown_ca, tls_category()})},
        {reason::tls_failed, failing(failure::tls, phase::tls, tls_errc::handshake_failed)},
    };
}

std::vector<row> without_the_version() {
    answer stalled = foreign("05"_hex);
    stalled.how = probing::ending::timeout;
    answers socks4 = only(foreign("00 5b"_hex));
    socks4[question::socks4] = replied("00 5b 00 00 00 00 00 00"_hex);
    answers socks5 = microsocks();
    socks5.facts.wanted = proxy_protocol::socks4;
    answers tls = only(hung_up(phase::method));
    tls[question::tls].tls.emplace();
    answers inside = tls;
    inside[question::tls].method = 0x00;
    return {
        {reason::only_socks4, socks4},
        {reason::only_socks5, socks5},
        {reason::cut_off, only(foreign("05"_hex))},
        {reason::stalled, only(stalled)},
        {reason::met_http, only(foreign(text_bytes("HTTP/1.1 400 Bad\r\n")))},
        {reason::met_ssh, only(foreign(text_bytes("SSH-2.0-OpenSSH_9.2\r\n")))},
        {reason::met_tls, only(foreign("15 03 01 00 02"_hex))},
        {reason::met_other, only(foreign("de ad be ef"_hex))},
        {reason::tls_with_socks_inside, inside},
        {reason::tls_without_socks, tls},
        {reason::silent, only(silent(phase::method))},
        {reason::closed, only(hung_up(phase::method))},
    };
}

answers with_login(answer said) {
    answers all = microsocks_with_password();
    all.facts.has_login = true;
    all.facts.has_password = true;
    all[question::password] = std::move(said);
    all[question::password].method = 0x02;
    return all;
}

answers requiring(question about, std::uint8_t method) {
    answers all = microsocks_with_password();
    all[question::either] = chose(0xFF);
    all[question::password] = chose(0xFF);
    all[about] = chose(method);
    return all;
}

std::vector<row> without_acceptance() {
    answers no_password = with_login(logged_in_with("01 01"_hex));
    no_password.facts.has_password = false;
    answers only_password = microsocks();
    only_password.facts.may_use_none = false;
    answers only_none = with_login({});
    only_none[question::password] = {};
    only_none.facts.may_log_in = false;
    return {
        {reason::login_broken, with_login(logged_in_with("07 00"_hex))},
        {reason::login_rejected, with_login(logged_in_with("01 01"_hex))},
        {reason::login_without_password, no_password},
        {reason::login_silent, with_login(silent(phase::auth))},
        {reason::login_closed, with_login(hung_up(phase::auth))},
        {reason::none_not_offered, only_password},
        {reason::password_not_offered, only_none},
        {reason::password_not_given, microsocks_with_password()},
        {reason::requires_gssapi, requiring(question::gssapi, 0x01)},
        {reason::requires_chap, requiring(question::chap, 0x03)},
        {reason::requires_gost_tls, requiring(question::gost_tls, 0x80)},
        {reason::requires_unknown_method, requiring(question::gssapi, 0xFF)},
    };
}

std::vector<row> without_service() {
    answers mute = microsocks();
    const answer none = silent(phase::request);
    set_commands(mute, none, none, {}, {}, {}, {});
    answers strange = microsocks();
    strange[question::connect] = foreign("48 54 54 50"_hex);
    answers denying = microsocks();
    const answer denied = replied("05 02 00 01 00 00 00 00 00 00"_hex);
    for (const question about : {question::connect, question::bind, question::udp_associate})
        denying[about] = denied;
    answers denying_user = denying;
    denying_user[question::password] = logged_in_with("01 00"_hex);
    return {
        {reason::denies_everything, denying},  {reason::denies_user, denying_user},
        {reason::replies_in_foreign, strange}, {reason::none, mute},
        {reason::none, microsocks()},
    };
}

// The same, after a part of a granted reply.
answer cut_short(answer said) {
    said.reply = "05 00 00"_hex;
    said.code = 0x00;
    return said;
}

answers with_target(const answer& said) {
    answers all = microsocks();
    probing::target_answer at;
    at.target = address{parse_ip("192.0.2.9").value(), 22};
    at.tcp = said;
    all.targets.push_back(at);
    return all;
}

std::vector<row> without_target() {
    const answer granted = replied("05 00 00 01 00 00 00 00 00 00"_hex);
    answers lost = with_target(granted);
    lost[question::connect] = granted;
    lost.targets.front().tcp.closed_at_once = true;
    answers unknown = with_target({});
    unknown.targets.front().unknown.emplace(failure::negative_answer, phase::lookup, "nobody");
    answers unknown_after_refusal = with_target(replied("05 04 00 01 00 00 00 00 00 00"_hex));
    unknown_after_refusal.targets.push_back(unknown.targets.front());
    return {
        {reason::none, with_target(granted)},
        {reason::target_refused, with_target(replied("05 04 00 01 00 00 00 00 00 00"_hex))},
        {reason::target_broken, with_target(foreign("48 54"_hex))},
        {reason::target_closed, with_target(hung_up(phase::request))},
        {reason::target_broken, with_target(cut_short(hung_up(phase::request)))},
        {reason::target_silent, with_target(silent(phase::request))},
        {reason::target_silent, with_target(cut_short(silent(phase::request)))},
        {reason::target_silent, with_target({})},
        {reason::target_lost, lost},
        {reason::target_unknown, unknown},
        {reason::target_refused, unknown_after_refusal},
    };
}

answers stopping_at(answer last) {
    answers all = microsocks();
    set_commands(all, {}, {}, {}, {}, {}, {});
    all.stopped = probing::stop{2, std::move(last)};
    return all;
}

std::vector<row> having_stopped() {
    answer refused = hung_up(phase::connect);
    refused.how = probing::ending::unreachable;
    answer closed = hung_up(phase::method);
    answer mute = silent(phase::method);
    answers later = microsocks();
    later.stopped = probing::stop{9, closed};
    return {
        {reason::stopped_accepting, stopping_at(chose(0xFF))},
        {reason::stopped_login, stopping_at(logged_in_with("01 01"_hex))},
        {reason::stopped_speaking, stopping_at(foreign("48 54"_hex))},
        {reason::stopped_closing, stopping_at(closed)},
        {reason::stopped_silent, stopping_at(mute)},
        {reason::stopped_listening, stopping_at(refused)},
        {reason::none, later},
    };
}

answer replied_with(int status, std::vector<std::string> schemes = {}) {
    answer said;
    said.how = probing::ending::answered;
    said.at = phase::request;
    said.http.emplace();
    said.http->status = status;
    said.http->schemes = std::move(schemes);
    return said;
}

answers as_http(answer lookup) {
    answers all;
    all.facts.hop = "192.0.2.1:3128";
    all.facts.wanted = proxy_protocol::http;
    all[question::http_connect] = std::move(lookup);
    all[question::http_control] = replied_with(400);
    return all;
}

answers with_http_login(answer reply, bool has_password = true) {
    answers all = as_http(replied_with(407, {"basic"}));
    all[question::http_login] = std::move(reply);
    all.facts.has_login = true;
    all.facts.has_password = has_password;
    return all;
}

answers with_http_target(answer reply) {
    answers all = as_http(replied_with(502));
    all.targets.emplace_back().tcp = std::move(reply);
    return all;
}

answers without_control(answers all) {
    all[question::http_control] = {};
    return all;
}

std::vector<row> of_http() {
    answers socks5 = as_http(replied_with(501));
    socks5[question::either] = chose(0x00);
    answers socks4 = without_control(as_http(hung_up(phase::request)));
    socks4[question::socks4] = replied("00 5B 00 00 00 00 00 00"_hex);
    answers both = as_http(replied_with(502));
    both[question::either] = chose(0x00);
    answers misnamed = only(foreign({'H', 'T', 'T', 'P', '/'}));
    misnamed[question::http_connect] = replied_with(407);
    return {
        {reason::met_http_proxy, misnamed},
        {reason::http_met_socks5, socks5},
        {reason::http_met_socks4, socks4},
        {reason::http_met_tls, as_http(foreign("15 03 01 00"_hex))},
        {reason::http_met_other, as_http(foreign({'S', 'S', 'H', '-'}))},
        {reason::http_without_connect, as_http(replied_with(405))},
        {reason::http_without_connect, as_http(replied_with(400))},
        {reason::http_silent, without_control(as_http(silent(phase::request)))},
        {reason::closed, without_control(as_http(hung_up(phase::request)))},
        {reason::http_scheme_unknown, as_http(replied_with(407, {"Digest", "NTLM"}))},
        {reason::http_login_not_given, as_http(replied_with(407, {"Basic"}))},
        {reason::http_login_rejected, with_http_login(replied_with(407))},
        {reason::http_login_rejected, with_http_login(replied_with(401))}, // tinyproxy
        {reason::http_login_without_password, with_http_login(replied_with(407), false)},
        {reason::http_denied, as_http(replied_with(403))},
        {reason::http_refuses_targets, with_http_target(replied_with(502))},
        {reason::http_closes_at_targets, with_http_target(hung_up(phase::request))},
        {reason::http_silent_at_targets, with_http_target(silent(phase::request))},
        {reason::none, as_http(replied_with(502))},
        {reason::none, both},
        {reason::none, as_http(silent(phase::request))}, // nonsense was answered
        {reason::none, with_http_login(replied_with(502))},
        {reason::none, with_http_target(replied_with(200))},
    };
}

// At a URL of SOCKS: CONNECT, a request without sense, and a page; 0: silence, -1: not asked.
answers misnamed(int connect, int control, int page) {
    answers all = only(foreign({'H', 'T', 'T', 'P', '/'}));
    const auto reply = [](int status) {
        return status > 0 ? replied_with(status) : status == 0 ? silent(phase::request) : answer{};
    };
    all[question::http_connect] = reply(connect);
    all[question::http_control] = reply(control);
    all[question::http_page] = reply(page);
    return all;
}

TEST_CASE("an HTTP proxy at a URL of SOCKS understands CONNECT", "[probe]") {
    struct statuses {
        int connect, control, page;
        bool is_proxy;
    };
    for (const statuses& each : {
             statuses{407, -1, -1, true},
             statuses{0, 400, -1, true}, // it thinks about CONNECT only
             statuses{0, 0, -1, false},
             statuses{0, -1, -1, false},
             statuses{404, 400, -1, true},
             statuses{404, 404, -1, false},
             statuses{200, 405, -1, true},
             statuses{200, 200, -1, false},
             statuses{403, 400, 400, true}, // squid, tinyproxy with ConnectPort
             statuses{403, 400, -1, true},
             statuses{403, 400, 403, false},
             statuses{403, 403, 400, true}, // one that denies whatever is asked
             statuses{403, 403, 403, false},
             statuses{403, -1, -1, false},
             statuses{502, 400, 400, true},
             statuses{502, 400, 502, false},
             statuses{500, 500, 400, true}, // tinyproxy
             statuses{500, 500, 200, false},
             statuses{503, 503, 503, false},
             statuses{503, 503, 401, false},
             statuses{503, 503, -1, false},
             statuses{405, 400, -1, false},
             statuses{401, 400, -1, false},
         }) {
        INFO(each.connect << " " << each.control << " " << each.page);
        const answers all = misnamed(each.connect, each.control, each.page);
        CHECK(
            probing::reason_of(all) == (each.is_proxy ? reason::met_http_proxy : reason::met_http));
    }
}

TEST_CASE("every reason is found, and is told apart from the others", "[probe]") {
    std::set<reason> found;
    for (const auto& rows :
         {without_connection(), without_the_version(), without_acceptance(), without_service(),
          without_target(), having_stopped(), of_http()})
        for (const auto& [expected, said] : rows) {
            INFO(static_cast<int>(expected));
            CHECK(probing::reason_of(said) == expected);
            found.insert(expected);
        }
    CHECK(found.size() == probing::reason_count + 1);
}

TEST_CASE("what came from the network is quoted as it is", "[probe]") {
    answers all = with_login(logged_in_with("01 01"_hex));
    all.facts.user = "{user} {limit}";
    CHECK(
        probing::judge(all).why->cause ==
        "it rejects the user name or password of \"{user} {limit}\" (status 01)");
}

} // namespace
} // namespace sockscat::tests
