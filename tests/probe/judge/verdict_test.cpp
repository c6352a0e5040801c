// SPDX-License-Identifier: MIT
#include "probe/wire_answers.hpp"
#include "support/catch.hpp"

#include "probe/judge/findings.hpp"
#include "probe/judge/verdict.hpp"

#include <sockscat/tls.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using probing::judge;

std::vector<finding> found_in(const answers& all, const probe_report& report, std::int64_t now) {
    return probing::findings_of({all, report, now});
}

struct verdict_row {
    std::string name;
    answers said;
    probe_verdict verdict;
    failure kind;
    std::string cause; // a part of it
};

answers only(answer first) {
    answers all;
    all.facts.hop = "203.0.113.5:1080";
    all[question::either] = std::move(first);
    return all;
}

answers unreachable(failure kind, phase at, std::string hop = "203.0.113.5:1080") {
    answer said;
    said.how = probing::ending::unreachable;
    said.failed.emplace(kind, at, "because");
    said.failed->hop = std::move(hop);
    return only(said);
}

answers rejected(bytes status) {
    answers all = microsocks_with_password();
    all.facts.has_login = true;
    all.facts.user = "alice";
    all[question::password] = logged_in_with(std::move(status));
    return all;
}

answers denying() {
    answers all = microsocks();
    const answer denied = replied("05 02 00 01 00 00 00 00 00 00"_hex);
    all[question::connect] = denied;
    all[question::bind] = denied;
    all[question::udp_associate] = denied;
    return all;
}

answers wants(std::uint8_t method) {
    answers all = microsocks();
    all[question::either] = chose(0xFF);
    all[question::none] = chose(0xFF);
    (method == 0x01 ? all[question::gssapi] : all[question::chap]) = chose(method);
    return all;
}

answers mute() {
    answers all = microsocks();
    set_commands(all, silent(phase::request), silent(phase::request), {}, {}, {}, {});
    return all;
}

answers with_target(answers all, const answer& said) {
    probing::target_answer at;
    at.target = address{parse_ip("192.0.2.9").value(), 22};
    at.tcp = said;
    all.targets.push_back(at);
    return all;
}

answers with_unknown_target() {
    answers all = with_target(microsocks(), {});
    all.targets.front().target.host = host_name{"name.test"};
    all.targets.front().unknown.emplace(failure::negative_answer, phase::lookup, "no such name");
    return all;
}

answer granted() {
    return replied("05 00 00 01 00 00 00 00 00 00"_hex);
}

answers speaking_socks4(proxy_protocol wanted) {
    answers all = only(foreign("00 5b"_hex));
    all.facts.wanted = wanted;
    all[question::socks4] = replied("00 5b 00 00 00 00 00 00"_hex);
    return all;
}

answers asked_for_socks4() {
    answers all = microsocks();
    all.facts.wanted = proxy_protocol::socks4;
    return all;
}

std::vector<verdict_row> rows() {
    using v = probe_verdict;
    answers tls_port = only(hung_up(phase::method));
    tls_port[question::tls].tls.emplace();
    tls_port[question::tls].method = 0x00;
    return {
        {"no name", unreachable(failure::proxy_name, phase::lookup), v::unreachable,
         failure::proxy_name, "because"},
        {"refused", unreachable(failure::proxy_unreachable, phase::connect), v::unreachable,
         failure::proxy_unreachable, "because"},
        {"black hole", unreachable(failure::timeout, phase::connect), v::unreachable,
         failure::timeout, "because"},
        {"a hop before it", unreachable(failure::refused, phase::request, "192.0.2.1:1080"),
         v::unreachable, failure::refused, "because"},
        {"TLS", unreachable(failure::tls, phase::tls), v::unusable, failure::tls, "because"},
        {"silent", only(silent(phase::method)), v::unusable, failure::timeout, "does not answer"},
        {"closes", only(hung_up(phase::method)), v::unusable, failure::closed, "without answering"},
        {"HTTP", only(foreign(text_bytes("HTTP/1.1 400 Bad\r\n"))), v::not_socks, failure::protocol,
         "HTTP server"},
        {"HTML", only(foreign(text_bytes("<!DOCTYPE HTML"))), v::not_socks, failure::protocol,
         "HTTP server"},
        {"SSH", only(foreign(text_bytes("SSH-2.0-OpenSSH_9.2\r\n"))), v::not_socks,
         failure::protocol, "SSH server"},
        {"SMTP", only(foreign(text_bytes("220 mail ESMTP\r\n"))), v::not_socks, failure::protocol,
         "mail or FTP"},
        {"a TLS alert", only(foreign("15 03 01 00 02"_hex)), v::not_socks, failure::protocol,
         "TLS port"},
        {"TLS that answers TLS only", tls_port, v::not_socks, failure::protocol, "SOCKS5 inside"},
        {"junk", only(foreign("de ad be ef"_hex)), v::not_socks, failure::protocol,
         "not a SOCKS proxy"},
        {"wants a password", microsocks_with_password(), v::unusable, failure::no_method,
         "it requires a user name and password, and none were given"},
        {"rejects it", rejected("01 02"_hex), v::unusable, failure::credentials, "\"alice\""},
        {"answers the login in version 7", rejected("07 00"_hex), v::unusable, failure::protocol,
         "version 07"},
        {"wants GSSAPI", wants(0x01), v::unusable, failure::no_method, "GSSAPI"},
        {"wants CHAP", wants(0x03), v::unusable, failure::no_method, "CHAP"},
        {"wants something", wants(0x00), v::unusable, failure::no_method,
         "none of the offered methods"},
        {"denies everything", denying(), v::unusable, failure::refused, "every command"},
        {"replies to no request", with_target(mute(), silent(phase::request)), v::unusable,
         failure::timeout, "192.0.2.9:22: no reply within 10 s"},
        {"reaches no target",
         with_target(microsocks(), replied("05 03 00 01 00 00 00 00 00 00"_hex)), v::unusable,
         failure::refused, "192.0.2.9:22: 03 network unreachable"},
        {"closes at the target", with_target(microsocks(), hung_up(phase::request)), v::unusable,
         failure::closed, "192.0.2.9:22: connection closed, no reply"},
        {"a name that is unknown here", with_unknown_target(), v::unusable,
         failure::negative_answer, "name.test:22: no such name"},
        {"refuses all alike", with_target(microsocks(), microsocks()[question::connect]),
         v::unusable, failure::refused, "01 general failure"},
        {"SOCKS4 where 5 was wanted", speaking_socks4(proxy_protocol::socks5), v::unusable,
         failure::protocol, "SOCKS4, not SOCKS5"},
        {"SOCKS5 where 4 was wanted", asked_for_socks4(), v::unusable, failure::protocol,
         "SOCKS5, not SOCKS4"},
    };
}

TEST_CASE("what is of no use, and why", "[probe]") {
    for (const verdict_row& row : rows()) {
        DYNAMIC_SECTION(row.name) {
            const auto got = judge(row.said);
            CHECK(got.verdict == row.verdict);
            REQUIRE(got.why);
            CHECK(got.why->kind == row.kind);
            CHECK_THAT(got.why->cause, Catch::Matchers::ContainsSubstring(row.cause));
            CHECK_FALSE(got.why->hop.empty());
            CHECK_FALSE(got.finding.empty());
            CHECK_FALSE(got.advice.empty());
        }
    }
}

TEST_CASE("what is usable", "[probe]") {
    for (const answers& all :
         {microsocks(), three_proxy(), dante(), openssh(), tor(), ss_libev(), hev(), xray(), gost(),
          rejected("01 00"_hex), rejected("05 00"_hex), speaking_socks4(proxy_protocol::socks4),
          mute(), with_target(mute(), replied("05 05 00 01 00 00 00 00 00 00"_hex))}) {
        const auto got = judge(all);
        CHECK(got.verdict == probe_verdict::usable);
        CHECK_FALSE(got.why);
    }
}

std::vector<std::string> ids_of(const answers& all, const probe_report& report = {}) {
    std::vector<std::string> ids;
    for (const finding& each : found_in(all, report, 1'800'000'000))
        ids.push_back(each.id);
    return ids;
}

bool has(const std::vector<std::string>& ids, std::string_view id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

answers with_relay(const bytes& reply) {
    answers all = dante();
    all[question::udp_associate] = replied(reply);
    return all;
}

TEST_CASE("CONNECT without a reply", "[probe]") {
    const answer refused = replied("05 05 00 01 00 00 00 00 00 00"_hex);
    const auto found = [](const answers& all) {
        for (const finding& each : found_in(all, {}, 0))
            if (each.id == "no-reply")
                return std::string{to_string(each.severity)} + ": " + each.message;
        return std::string{};
    };
    const std::string of_name = "no reply within 10 s to CONNECT to a name that does not exist: ";
    CHECK(
        found(tor()) == "warn: " + of_name + "it has no network, or its resolver does not answer");
    CHECK(found(with_target(tor(), silent(phase::request))).empty()); // the verdict
    CHECK(
        found(with_target(tor(), refused)) ==
        "info: " + of_name + "its resolver may be slow, or not answer");
    CHECK(found(mute()).empty());
    CHECK(found(microsocks()).empty());
    CHECK(found(openssh()).empty());
}

TEST_CASE("findings of real servers", "[probe]") {
    CHECK(has(ids_of(three_proxy()), "method-list-ignored"));
    CHECK(has(ids_of(three_proxy()), "bound-is-listener"));
    CHECK(has(ids_of(tor()), "accepts-any-credentials"));
    CHECK(has(ids_of(ss_libev()), "early-success"));
    CHECK(has(ids_of(ss_libev()), "short-error-reply"));
    CHECK(has(ids_of(ss_libev()), "udp-relay-unspecified"));
    CHECK(has(ids_of(xray()), "fake-resolve"));
    CHECK(has(ids_of(microsocks()), "open-proxy"));
    CHECK(has(ids_of(microsocks()), "looks-like"));
    for (const char* const id :
         {"early-success", "fake-resolve", "method-list-ignored", "accepts-any-credentials",
          "short-error-reply", "password-in-clear", "bound-is-listener"}) {
        INFO(id);
        CHECK_FALSE(has(ids_of(microsocks()), id));
        CHECK_FALSE(has(ids_of(dante()), id));
    }
    CHECK_FALSE(has(ids_of(microsocks_with_password()), "open-proxy"));
    CHECK_FALSE(has(ids_of(openssh()), "open-proxy"));
    CHECK(has(ids_of(openssh()), "nothing-served"));
    CHECK(has(ids_of(mute()), "nothing-served"));
    CHECK_FALSE(has(ids_of(with_target(openssh(), granted())), "nothing-served"));
    for (const answers& all :
         {microsocks(), three_proxy(), dante(), tor(), ss_libev(), hev(), xray(), gost()})
        CHECK_FALSE(has(ids_of(all), "nothing-served"));
}

std::optional<finding> found_as(std::string_view id, const answers& all) {
    for (finding& each : found_in(all, {}, 0))
        if (each.id == id)
            return std::move(each);
    return std::nullopt;
}

TEST_CASE("what served nothing is quoted in the version of the URL", "[probe]") {
    const answer rejected_4 = replied("00 5b 00 00 00 00 00 00"_hex);
    answers all = openssh();
    all.facts.wanted = proxy_protocol::socks4;
    all[question::socks4] = rejected_4;
    all[question::connect] = replied("05 04 00 01 00 00 00 00 00 00"_hex);
    CHECK(
        found_as("nothing-served", all).value().message ==
        "no SOCKS4 request was served; the answer to a made-up command: 5b rejected or failed");
    all[question::socks4_connect] = silent(phase::request);
    CHECK_THAT(
        found_as("nothing-served", all).value().message,
        Catch::Matchers::EndsWith(
            "no reply within 10 s; a made-up command: 5b rejected or failed"));
    CHECK_FALSE(found_as("no-reply", all));
    all.facts.wanted = proxy_protocol::socks5;
    all[question::connect] = hung_up(phase::request);
    CHECK_THAT(
        found_as("nothing-served", all).value().message,
        Catch::Matchers::EndsWith("a made-up command: connection closed, no reply"));
}

TEST_CASE("what is granted early is told beside what was reached", "[probe]") {
    const auto says_reached = [](const answers& all) {
        return found_as("early-success", all).value().advice.starts_with("a target counts");
    };
    CHECK_FALSE(says_reached(ss_libev()));
    CHECK(says_reached(with_target(ss_libev(), granted())));
    answer lost = granted();
    lost.closed_at_once = true;
    CHECK_FALSE(says_reached(with_target(ss_libev(), lost)));
    answers other = microsocks(); // by SOCKS4 only, which was not asked for
    other[question::socks4] = replied("00 5a 00 00 00 00 00 00"_hex);
    CHECK_FALSE(found_as("early-success", other));
    other.facts.wanted = proxy_protocol::socks4;
    CHECK(found_as("early-success", other));
}

TEST_CASE("where a relay is", "[probe]") {
    struct row {
        bytes reply;
        std::string id;
    };
    const std::vector<row> table{
        {"05 00 00 01 cb 00 71 05 9c 40"_hex, ""},
        {"05 00 00 01 00 00 00 00 9c 40"_hex, "udp-relay-unspecified"},
        {"05 00 00 01 0a 00 00 01 9c 40"_hex, "udp-relay-private"},
        {"05 00 00 01 c6 33 64 07 9c 40"_hex, "udp-relay-third-host"},
        {"05 00 00 01 cb 00 71 05 00 00"_hex, "udp-relay-port-0"},
        {"05 00 00 03 01 78 9c 40"_hex, "udp-relay-name"},
        {"05 00 00 03 00 9c 40"_hex, "udp-relay-unspecified"},
    };
    for (const row& each : table) {
        std::vector<std::string> found;
        for (const std::string& id : ids_of(with_relay(each.reply)))
            if (id.starts_with("udp-relay"))
                found.push_back(id);
        const std::vector<std::string> expected(each.id.empty() ? 0 : 1, each.id);
        CHECK(found == expected);
    }
}

std::string openness(const answers& all) {
    for (const finding& each : found_in(all, {}, 0))
        if (each.id == "open-proxy")
            return std::string{to_string(each.severity)} + ": " + each.message +
                   (each.advice.empty() ? "" : "; " + each.advice);
    return {};
}

TEST_CASE("who is let in without credentials", "[probe]") {
    const std::string serves = "it accepts connections from this machine without credentials";
    const std::string elsewhere =
        "; whether it accepts others cannot be seen from here; check its rules";
    SECTION("with a reply that shows it") {
        CHECK(openness(microsocks()) == "warn: " + serves + elsewhere);
        CHECK(openness(three_proxy()) == "warn: " + serves + elsewhere);
    }
    SECTION("by one that closes where it cannot connect") {
        CHECK(openness(openssh()).empty());
        CHECK(openness(with_target(openssh(), granted())) == "warn: " + serves + elsewhere);
    }
    SECTION("by one that does not reply to CONNECT") {
        CHECK(openness(tor()) == "warn: " + serves + elsewhere); // for it resolves
    }
    SECTION("not by one that denies, or whose choice means nothing") {
        CHECK(openness(denying()).empty());
        CHECK(openness(microsocks_with_password()).empty());
        answers all = three_proxy();
        all[question::connect] = hung_up(phase::request);
        all[question::bind] = all[question::connect];
        all[question::udp_associate] = all[question::connect];
        CHECK(openness(all).empty());
    }
    SECTION("as far as it is known from where it is reached") {
        for (const auto& [ip, expected] :
             {std::pair{"127.0.0.1", "info: " + serves}, std::pair{"::1", "info: " + serves},
              std::pair{"192.168.1.5", "info: " + serves + elsewhere}}) {
            answers all = microsocks();
            all[question::either].proxy->host = parse_ip(ip).value();
            CHECK(openness(all) == expected);
        }
        answers all = microsocks(); // behind a Unix socket
        all[question::either].proxy.reset();
        CHECK(openness(all) == "info: " + serves);
    }
}

TEST_CASE("SOCKS4 without the login of SOCKS5", "[probe]") {
    answers all = microsocks_with_password();
    all.facts.may_use_none = false; // --auth password
    all[question::socks4] = replied("00 5b 00 00 00 00 00 00"_hex);
    all[question::socks4_target] = replied("00 5a 00 00 00 00 00 00"_hex);
    CHECK(has(ids_of(all), "socks4-open"));
    all[question::none] = chose(0x00); // SOCKS5 needs none, either
    CHECK_FALSE(has(ids_of(all), "socks4-open"));
}

TEST_CASE("a password that others can read along", "[probe]") {
    answers all = rejected("05 00"_hex);
    CHECK(has(ids_of(all), "password-in-clear"));
    CHECK(has(ids_of(all), "wrong-version-in-auth-reply"));
    all[question::password].is_private = true;
    CHECK_FALSE(has(ids_of(all), "password-in-clear"));
    CHECK_FALSE(has(ids_of(microsocks_with_password()), "password-in-clear"));
    for (const answer& unanswered : {hung_up(phase::auth), silent(phase::auth)}) {
        all[question::password] = unanswered;
        CHECK(has(ids_of(all), "password-in-clear"));
    }
    all[question::password] = hung_up(phase::method); // it was not sent
    CHECK_FALSE(has(ids_of(all), "password-in-clear"));
}

TEST_CASE("a certificate's end and trust", "[probe]") {
    probe_report report;
    report.over_tls = true;
    report.tls.emplace();
    report.tls->verify_error = "self-signed certificate";
    struct row {
        std::optional<std::chrono::sys_seconds> not_after;
        std::string id;
    };
    // Seen from 2027-01-15T08:00:00Z.
    const std::chrono::sys_seconds now{1'800'000'000s};
    for (const row& each :
         {row{now - 1s, "certificate-expired"}, row{now + 16 * 24h, "certificate-expires-soon"},
          row{now + 137 * 24h, ""}, row{std::nullopt, ""}}) {
        report.tls->not_after = each.not_after;
        const auto ids = ids_of(microsocks(), report);
        INFO(each.id);
        CHECK(has(ids, "tls-unverified"));
        CHECK(has(ids, "certificate-expired") == (each.id == "certificate-expired"));
        CHECK(has(ids, "certificate-expires-soon") == (each.id == "certificate-expires-soon"));
    }
    report.tls->verified = true;
    CHECK_FALSE(has(ids_of(microsocks(), report), "tls-unverified"));
}

TEST_CASE("a certificate's last day") {
    probe_report report;
    report.tls.emplace();
    for (const auto& [not_after, expected] :
         {std::pair{25h, "the certificate expires in 1 day, on 2027-01-16T09:00:00Z"},
          std::pair{49h, "the certificate expires in 2 days, on 2027-01-17T09:00:00Z"}}) {
        report.tls->not_after = std::chrono::sys_seconds{1'800'000'000s} + not_after;
        const auto found = found_in(microsocks(), report, 1'800'000'000);
        const auto at = std::find_if(found.begin(), found.end(), [](const finding& each) {
            return each.id == "certificate-expires-soon";
        });
        REQUIRE(at != found.end());
        CHECK(at->message == expected);
    }
}

TEST_CASE("an expired certificate is not taken for a port without TLS", "[probe]") {
    answers all = unreachable(failure::tls, phase::tls);
    all[question::either].failed->code = tls_errc::out_of_date;
    CHECK(judge(all).advice == "is the clock of this machine right?");
}

TEST_CASE("a round trip is told where a connection takes one", "[probe]") {
    probe_report report;
    report.latency.emplace();
    report.latency->connect = timing{1.0, 2.0, 3.0};
    answers all = microsocks();
    CHECK(has(ids_of(all, report), "rtt"));
    all.facts.is_direct = false;
    CHECK_FALSE(has(ids_of(all, report), "rtt"));
}

TEST_CASE("a long round trip is a plain number", "[probe]") {
    probe_report report;
    report.latency.emplace();
    report.latency->connect = timing{1'000, 1'234.5, 2'000};
    const auto found = found_in(microsocks(), report, 0);
    const auto rtt = std::find_if(
        found.begin(), found.end(), [](const finding& each) { return each.id == "rtt"; });
    REQUIRE(rtt != found.end());
    CHECK(rtt->message == "a round trip to the proxy takes about 1234 ms");
    CHECK(rtt->severity == severity::warn);
}

TEST_CASE("ids and names can be found again", "[probe]") {
    for (std::size_t i = 0; i < probe_check_count; ++i) {
        const auto id = static_cast<probe_check>(i);
        CHECK(find_check(to_string(id)) == id);
    }
    for (std::size_t i = 0; i < probe_group_count; ++i) {
        const auto group = static_cast<probe_group>(i);
        CHECK(find_group(to_string(group)) == group);
    }
    CHECK_FALSE(find_check("command"));
    CHECK_FALSE(find_group(""));
}

} // namespace
} // namespace sockscat::tests
