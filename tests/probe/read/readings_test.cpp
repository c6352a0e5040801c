// SPDX-License-Identifier: MIT
#include "probe/wire_answers.hpp"
#include "support/catch.hpp"

#include "probe/judge/products.hpp"
#include "probe/read/checks.hpp"

#include <map>
#include <sstream>

namespace sockscat::tests {
namespace {

using probing::read_check;

// The words in the order of probe_check: y, n, u, s, e.
std::string words(const answers& all) {
    std::string out;
    for (std::size_t i = 0; i < probe_check_count; ++i) {
        if (probing::check_rows()[i].is_of_http)
            continue;
        const auto id = static_cast<probe_check>(i);
        const check_result got = read_check(id, all);
        CHECK(got.id == id);
        out += to_string(got.status).front();
        if (i == 2 || i == 6 || i == 11 || i == 14)
            out += ' ';
    }
    return out;
}

struct server_row {
    std::string name;
    answers said;
    // socks4 socks4a socks5, none password chap gssapi, connect bind udp resolve resolve-ptr,
    // ipv4 ipv6 domain, tls pipelining
    std::string expected;
    std::string product;
};

std::vector<server_row> servers() {
    return {
        {"microsocks", microsocks(), "nny ynnn ynnnn ssu nn", "microsocks"},
        {"microsocks with a password", microsocks_with_password(), "nny nunn sssss sss ns", ""},
        {"3proxy", three_proxy(), "uuy yuuu yeynn ssu sy", "3proxy"},
        {"Dante", dante(), "yuy ynnn yyyuu ssu sy", "Dante"},
        {"OpenSSH", openssh(), "uuy unnn uuuuu ssu su", "ssh -D (OpenSSH)"},
        {"Tor", tor(), "yyy yunn unnyy ssu sy", "Tor"},
        {"ss-local", ss_libev(), "uuy ynnn ynynn ssu sy", "shadowsocks-libev (ss-local)"},
        {"hev", hev(), "nny ynnn ynynn ssu ny", "hev-socks5-server"},
        {"Xray", xray(), "uuy ynnn ynnnn ssu sy", "v2ray or Xray"},
        {"gost", gost(), "uuy ynnn ynnnn ssu yy", "gost"},
    };
}

TEST_CASE("what real servers answer is read as what they are", "[probe]") {
    for (const server_row& row : servers()) {
        DYNAMIC_SECTION(row.name) {
            CHECK(words(row.said) == row.expected);
            const probing::product* const like = probing::guess_product(row.said);
            CHECK((like != nullptr ? like->name : "") == row.product);
        }
    }
}

TEST_CASE("a word that is not a plain yes says why", "[probe]") {
    for (const server_row& row : servers())
        for (std::size_t i = 0; i < probe_check_count; ++i) {
            const check_result got = read_check(static_cast<probe_check>(i), row.said);
            INFO(row.name << ": " << to_string(got.id));
            CHECK((got.status == check_status::yes || !got.reason.empty()));
        }
}

struct method_row {
    std::string name;
    answer said;
    answer unassigned;
    check_status expected;
    std::string reason;
};

TEST_CASE("the answer to an offer of CHAP", "[probe]") {
    const std::vector<method_row> rows{
        {"chosen", chose(0x03), chose(0xFF), check_status::yes, "05 03"},
        {"none acceptable", chose(0xFF), chose(0xFF), check_status::no, "05 ff"},
        {"hangs up", hung_up(phase::method), hung_up(phase::method), check_status::no,
         "connection closed, no answer to the greeting"},
        {"says nothing", silent(phase::method), chose(0xFF), check_status::unclear,
         "no answer to the greeting within 10 s"},
        {"chose another", chose(0x00), chose(0xFF), check_status::no,
         "05 00: a method that was not offered"},
        {"chooses none whatever is offered", chose(0x00), chose(0x00), check_status::unclear,
         "05 00, but it answers a made-up method as well: 05 00"},
        {"chosen, as is anything", chose(0x03), chose(0x7F), check_status::unclear,
         "05 03, but it answers a made-up method as well: 05 7f"},
    };
    for (const method_row& row : rows) {
        DYNAMIC_SECTION(row.name) {
            answers all = microsocks();
            all[question::chap] = row.said;
            all[question::control_method] = row.unassigned;
            const check_result got = read_check(probe_check::auth_chap, all);
            CHECK(got.status == row.expected);
            CHECK(got.reason == row.reason);
        }
    }
}

TEST_CASE("a reply that was cut short is no target that was reached", "[probe]") {
    answers all = microsocks();
    all.targets.resize(2);
    all.targets[0].target = address{parse_ip("192.0.2.1").value(), 80};
    all.targets[0].tcp = replied("05 00 00 01"_hex);
    all.targets[1].target = address{parse_ip("192.0.2.2").value(), 80};
    all.targets[1].tcp = replied("05 00 00 01 00 00 00 00 00 00"_hex);
    CHECK(read_check(probe_check::command_connect, all).bound == all.targets[1].tcp.bound);
}

struct login_row {
    std::string name;
    answer said;
    check_status expected;
    std::string reason;
};

TEST_CASE("the answer to a login", "[probe]") {
    answer closed = hung_up(phase::auth);
    closed.method = 0x02;
    answer mute = silent(phase::auth);
    mute.method = 0x02;
    const std::vector<login_row> rows{
        {"accepted", logged_in_with("01 00"_hex), check_status::yes, "logged in as \"alice\""},
        {"accepted in version 5", logged_in_with("05 00"_hex), check_status::yes,
         "logged in as \"alice\""},
        {"rejected", logged_in_with("01 01"_hex), check_status::no,
         "offered, but the login of \"alice\" was rejected (01 01)"},
        {"rejected by ff", logged_in_with("01 ff"_hex), check_status::no,
         "offered, but the login of \"alice\" was rejected (01 ff)"},
        {"in a version that nobody knows", logged_in_with("00 00"_hex), check_status::error,
         "the login was answered in version 00"},
        {"closed", closed, check_status::no,
         "offered, but connection closed, no answer to the login"},
        {"silence", mute, check_status::unclear, "offered, but no answer to the login within 10 s"},
    };
    for (const login_row& row : rows) {
        DYNAMIC_SECTION(row.name) {
            answers all = microsocks_with_password();
            all.facts.has_login = true;
            all.facts.user = "alice";
            all[question::connect] = microsocks()[question::connect];
            all[question::control_command] = microsocks()[question::control_command];
            all[question::password] = row.said;
            const check_result got = read_check(probe_check::auth_password, all);
            CHECK(got.status == row.expected);
            CHECK(got.reason == row.reason);
        }
    }
}

struct command_row {
    std::string name;
    answer said;
    answer control;
    check_status expected;
    std::string reason;
};

TEST_CASE("the answer to BIND, beside that to a command that nobody has", "[probe]") {
    const answer rep_07 = replied("05 07 00 01 00 00 00 00 00 00"_hex);
    const answer rep_01 = replied("05 01 00 01 00 00 00 00 00 00"_hex);
    const answer closed = hung_up(phase::request);
    const std::vector<command_row> rows{
        {"granted", replied("05 00 00 01 cb 00 71 05 9c 40"_hex), rep_07, check_status::yes,
         "00 succeeded, bound 203.0.113.5:40000"},
        {"granted by one that hangs up on others", replied("05 00 00 01 cb 00 71 05 9c 40"_hex),
         closed, check_status::yes, "00 succeeded, bound 203.0.113.5:40000"},
        {"granted with port 0", replied("05 00 00 01 cb 00 71 05 00 00"_hex), rep_07,
         check_status::error, "00 succeeded, bound 203.0.113.5:0: port 0 cannot be used"},
        {"granted with an address that nobody knows", replied("05 00 00 09 00 00"_hex), rep_07,
         check_status::error, "00 succeeded, with an address of type 09"},
        {"granted at its own listener", replied("05 00 00 01 cb 00 71 05 04 38"_hex), rep_07,
         check_status::error,
         "00 succeeded, bound 203.0.113.5:1080: that is the proxy's own SOCKS port"},
        {"granted at the wildcard and its own port", replied("05 00 00 01 00 00 00 00 04 38"_hex),
         rep_07, check_status::error,
         "00 succeeded, bound 0.0.0.0:1080: that is the proxy's own SOCKS port"},
        {"granted at the wildcard", replied("05 00 00 01 00 00 00 00 9c 40"_hex), rep_07,
         check_status::yes, "00 succeeded, bound 0.0.0.0:40000"},
        {"granted where only the proxy can connect", replied("05 00 00 01 7f 00 00 01 9c 40"_hex),
         rep_07, check_status::error,
         "00 succeeded, bound 127.0.0.1:40000: only the proxy itself can connect there"},
        {"07 beside 07", rep_07, rep_07, check_status::no, "07 command not supported"},
        {"07 beside 01", rep_07, rep_01, check_status::no, "07 command not supported"},
        {"07 in four bytes", replied("05 07 00 01"_hex), rep_07, check_status::no,
         "07 command not supported"},
        {"02", replied("05 02 00 01 00 00 00 00 00 00"_hex), rep_07, check_status::no,
         "02 not allowed by the ruleset"},
        {"01 beside 01", rep_01, rep_01, check_status::unclear,
         "01 general failure (same for a made-up command, 0x7e)"},
        {"01 beside 07", rep_01, rep_07, check_status::unclear,
         "01 general failure (same for CONNECT to a name that does not exist)"},
        {"hangs up on both", closed, closed, check_status::unclear,
         "connection closed, no reply (same for a made-up command, 0x7e)"},
        {"hangs up on it alone", closed, rep_07, check_status::unclear,
         "connection closed, no reply"},
        {"silence", silent(phase::request), rep_07, check_status::unclear, "no reply within 10 s"},
        {"another protocol", foreign(text_bytes("HTTP/1.1 400")), rep_07, check_status::error,
         "the answer begins 48 54 54 50 2f 31 2e 31"},
    };
    for (const command_row& row : rows) {
        DYNAMIC_SECTION(row.name) {
            answers all = microsocks();
            all[question::bind] = row.said;
            all[question::control_command] = row.control;
            const check_result got = read_check(probe_check::command_bind, all);
            CHECK(got.status == row.expected);
            CHECK(got.reason == row.reason);
            CHECK(got.reply.has_value() == row.said.code.has_value());
        }
    }
}

TEST_CASE("RESOLVE that is taken for CONNECT is none", "[probe]") {
    const answers all = xray();
    const check_result got = read_check(probe_check::command_resolve, all);
    CHECK(got.reason == "00 succeeded, but 203.0.113.5:1080 for 192.0.2.1: treated as CONNECT");
    CHECK(read_check(probe_check::command_resolve_ptr, all).status == check_status::no);
}

struct target_row {
    std::string name;
    answer said;
    bool early;
    check_status expected;
    std::string reason;
};

TEST_CASE("whether a target was reached", "[probe]") {
    const answer granted = replied("05 00 00 01 00 00 00 00 00 00"_hex);
    answer closed_at_once = granted;
    closed_at_once.closed_at_once = true;
    answer talks = granted;
    talks.payload = text_bytes("SSH-2.0-x");
    const std::vector<target_row> rows{
        {"granted", granted, false, check_status::yes,
         "00 succeeded, bound 0.0.0.0:0 (192.0.2.9:22)"},
        {"granted and closed", closed_at_once, false, check_status::yes,
         "00 succeeded, bound 0.0.0.0:0 (192.0.2.9:22)"},
        {"granted by one that grants all", granted, true, check_status::unclear,
         "granted, but this proxy answers before connecting (192.0.2.9:22)"},
        {"the same, closed at once", closed_at_once, true, check_status::unclear,
         "granted, then closed immediately (192.0.2.9:22)"},
        {"the same, and the target speaks", talks, true, check_status::yes,
         "00 succeeded, bound 0.0.0.0:0 (192.0.2.9:22)"},
        {"refused by the target", replied("05 05 00 01 00 00 00 00 00 00"_hex), false,
         check_status::yes, "05 connection refused (192.0.2.9:22)"},
        {"no network", replied("05 03 00 01 00 00 00 00 00 00"_hex), false, check_status::no,
         "03 network unreachable (192.0.2.9:22)"},
        {"address type", replied("05 08 00 01 00 00 00 00 00 00"_hex), false, check_status::no,
         "08 address type not supported (192.0.2.9:22)"},
        {"no route to the host", replied("05 04 00 01 00 00 00 00 00 00"_hex), false,
         check_status::unclear, "04 host unreachable (192.0.2.9:22), possibly that host alone"},
        {"a code that nobody assigned", replied("05 42 00 01 00 00 00 00 00 00"_hex), false,
         check_status::unclear, "42 unassigned reply 0x42 (192.0.2.9:22)"},
        {"SOCKS4, which has one code for all", replied("00 5b 00 00 00 00 00 00"_hex), false,
         check_status::unclear, "5b rejected or failed (192.0.2.9:22)"},
        {"not allowed", replied("05 02 00 01 00 00 00 00 00 00"_hex), false, check_status::unclear,
         "02 not allowed by the ruleset (192.0.2.9:22)"},
        {"silence", silent(phase::request), false, check_status::unclear,
         "no reply within 10 s (192.0.2.9:22)"},
    };
    for (const target_row& row : rows) {
        DYNAMIC_SECTION(row.name) {
            answers all = row.early ? ss_libev() : microsocks();
            probing::target_answer at;
            at.target = address{parse_ip("192.0.2.9").value(), 22};
            at.tcp = row.said;
            all.targets.push_back(at);
            const check_result got = read_check(probe_check::address_ipv4, all);
            CHECK(got.status == row.expected);
            CHECK(got.reason == row.reason);
            CHECK(
                read_check(probe_check::address_ipv6, all).reason ==
                "no target is an IPv6 address");
        }
    }
}

probing::target_answer target_at(const char* ip, const answer& said) {
    probing::target_answer at;
    at.target = address{parse_host(ip).value(), 53};
    at.tcp = said;
    return at;
}

TEST_CASE("a family is judged by the target that tells most", "[probe]") {
    const auto rep = [](std::uint8_t code) {
        bytes reply = "05 00 00 01 00 00 00 00 00 00"_hex;
        reply[1] = code;
        return target_at("192.0.2.9", replied(reply));
    };
    struct row {
        std::vector<std::uint8_t> codes;
        check_status expected;
        std::string reason; // how it begins
    };
    const std::vector<row> rows{
        {{0x04, 0x04}, check_status::unclear, "04"}, {{0x04, 0x05}, check_status::yes, "05"},
        {{0x05, 0x04}, check_status::yes, "05"},     {{0x04, 0x00}, check_status::yes, "00"},
        {{0x04, 0x08}, check_status::no, "08"},      {{0x08, 0x04}, check_status::no, "08"},
        {{0x04, 0x03}, check_status::no, "03"},      {{0x03, 0x00}, check_status::yes, "00"},
        {{0x08, 0x05}, check_status::yes, "05"},
    };
    for (const row& each : rows) {
        answers all = microsocks();
        for (const std::uint8_t code : each.codes)
            all.targets.push_back(rep(code));
        const check_result got = read_check(probe_check::address_ipv4, all);
        INFO(static_cast<int>(each.codes[0]) << " " << static_cast<int>(each.codes[1]));
        CHECK(got.status == each.expected);
        CHECK(got.reason.starts_with(each.reason));
        CHECK(got.reply->code == std::stoi(each.reason));
    }
}

TEST_CASE("a host that is unreachable and answers over UDP is reached", "[probe]") {
    answers all = dante();
    all.targets.push_back(target_at("192.0.2.9", replied("05 04 00 01 00 00 00 00 00 00"_hex)));
    all.targets.front().asked_dns = true;
    CHECK(read_check(probe_check::address_ipv4, all).status == check_status::unclear);
    all.targets.front().dns_ms = 3.0;
    const check_result got = read_check(probe_check::address_ipv4, all);
    CHECK(got.status == check_status::yes);
    CHECK(got.reason == "04 host unreachable (192.0.2.9:53), but it answered over UDP");
}

TEST_CASE("04 says nothing about names, be it that one or its host that is missing", "[probe]") {
    answers all = hev();
    all.targets.push_back(target_at("gone.test", replied("05 04 00 01 00 00 00 00 00 00"_hex)));
    CHECK(read_check(probe_check::address_domain, all).status == check_status::unclear);
}

TEST_CASE("a code that what cannot work gets as well says nothing", "[probe]") {
    for (const char* const where : {"192.0.2.9", "2001:db8::9", "gone.test"})
        for (const bytes& reply :
             {"05 03 00 01 00 00 00 00 00 00"_hex, "05 05 00 01 00 00 00 00 00 00"_hex,
              "05 08 00 01 00 00 00 00 00 00"_hex}) {
            answers all = microsocks();
            const probing::target_answer at = target_at(where, replied(reply));
            const probe_check id =
                std::holds_alternative<host_name>(at.target.host)      ? probe_check::address_domain
                : std::holds_alternative<ipv6_address>(at.target.host) ? probe_check::address_ipv6
                                                                       : probe_check::address_ipv4;
            all.targets.push_back(at);
            CHECK(read_check(id, all).status != check_status::unclear);
            all[question::connect] = replied(reply);
            CHECK(read_check(id, all).status == check_status::unclear);
        }
}

TEST_CASE("what is not asked because nothing was replied to before", "[probe]") {
    answers all = microsocks();
    set_commands(all, silent(phase::request), silent(phase::request), {}, {}, {}, {});
    all[question::unpipelined] = all[question::control_command];
    all[question::pipelined] = {};
    all[question::control_command].limit = all.facts.short_limit;
    const check_result bind = read_check(probe_check::command_bind, all);
    CHECK(bind.status == check_status::skipped);
    CHECK(bind.reason == "not asked: no reply to CONNECT or to a made-up command, 0x7e");
    const check_result pipelining = read_check(probe_check::pipelining, all);
    CHECK(pipelining.status == check_status::skipped);
    CHECK(pipelining.reason == "no reply without it either: no reply within 10 s");
    for (const char* const ip : {"192.0.2.9", "2001:db8::9"}) {
        probing::target_answer at;
        at.target = address{parse_ip(ip).value(), 22};
        at.tcp = all.targets.empty() ? silent(phase::request) : answer{};
        all.targets.push_back(at);
    }
    CHECK(read_check(probe_check::address_ipv4, all).status == check_status::unclear);
    const check_result ipv6 = read_check(probe_check::address_ipv6, all);
    CHECK(ipv6.status == check_status::skipped);
    CHECK(ipv6.reason == "not asked: no CONNECT was answered within 10 s");
}

TEST_CASE("a name that is refused where its address is granted shows SOCKS4 without a", "[probe]") {
    answers all = dante();
    all[question::socks4_target] = replied("00 5a 00 00 00 00 00 00"_hex);
    all[question::socks4a_target] = replied("00 5b 00 00 00 00 00 00"_hex);
    CHECK(read_check(probe_check::socks4a, all).status == check_status::no);
    all[question::socks4a_target] = replied("00 5a 00 00 00 00 00 00"_hex);
    CHECK(read_check(probe_check::socks4a, all).status == check_status::yes);
    all[question::socks4a_target] = replied("00 5a 00 00 00"_hex); // and then it closes
    CHECK(read_check(probe_check::socks4a, all).status == check_status::unclear);
}

TEST_CASE("an association that relays nothing is not a plain yes", "[probe]") {
    answers all = dante();
    probing::target_answer at;
    at.target = address{parse_ip("192.0.2.53").value(), 53};
    at.asked_dns = true;
    at.dns_failure = "no datagram came back within 3 s";
    all.targets.push_back(at);
    CHECK(read_check(probe_check::command_udp_associate, all).status == check_status::unclear);
    all.targets.front().dns_ms = 3.0;
    const check_result got = read_check(probe_check::command_udp_associate, all);
    CHECK(got.status == check_status::yes);
    CHECK(
        got.reason == "00 succeeded, relay 203.0.113.5:40000; 192.0.2.53:53 answered a DNS "
                      "question");
}

TEST_CASE("a proxy that grants a command that nobody has", "[probe]") {
    answers all = xray();
    const answer granted = replied("05 00 00 03 01 61 00 50"_hex);
    all[question::control_command] = granted;
    all[question::connect] = granted;
    all[question::bind] = granted;
    all[question::udp_associate] = granted;
    all[question::resolve_ptr] = granted;
    for (const probe_check id :
         {probe_check::command_connect, probe_check::command_bind,
          probe_check::command_udp_associate, probe_check::command_resolve_ptr}) {
        const check_result got = read_check(id, all);
        INFO(to_string(id) << ": " << got.reason);
        CHECK(got.status == check_status::unclear);
        CHECK(got.reason.find("0x7e") != std::string::npos);
    }
    all[question::resolve] = replied("05 00 00 01 c0 00 02 01 00 00"_hex);
    CHECK(read_check(probe_check::command_resolve, all).status == check_status::yes);
}

TEST_CASE("what SOCKS4 refuses like an unknown command", "[probe]") {
    answers all;
    all.facts.wanted = proxy_protocol::socks4;
    all[question::socks4] = replied("00 5b 00 00 00 00 00 00"_hex);
    all[question::socks4_bind] = all[question::socks4];
    all[question::socks4a_resolve] = all[question::socks4];
    CHECK(read_check(probe_check::command_bind, all).status == check_status::unclear);
    CHECK(read_check(probe_check::command_resolve, all).status == check_status::unclear);
    all[question::socks4_bind] = replied("00 5a 00 00 7f 00 00 01"_hex);
    CHECK(read_check(probe_check::command_bind, all).status == check_status::error); // port 0
    all[question::socks4_bind] = replied("00 5a 9c 40 cb 00 71 05"_hex);
    CHECK(read_check(probe_check::command_bind, all).status == check_status::yes);
}

TEST_CASE("no ServerHello", "[probe]") {
    answers all = microsocks();
    all[question::tls] = silent(phase::tls);
    SECTION("from a proxy that answers at once") {
        CHECK(read_check(probe_check::tls, all).status == check_status::no);
    }
    SECTION("from a slow one") {
        all[question::either].spans.connect = 1'500;
        CHECK(read_check(probe_check::tls, all).status == check_status::unclear);
    }
    SECTION("by one that speaks TLS, and ends the handshake") {
        all[question::tls].how = probing::ending::answered;
        all[question::tls].failed.emplace(failure::tls, phase::tls, "an alert came");
        all[question::tls].failed->code = tls_errc::closed;
        CHECK(read_check(probe_check::tls, all).status == check_status::no);
        all[question::tls].failed->code = tls_errc::handshake_failed;
        const check_result got = read_check(probe_check::tls, all);
        CHECK(got.status == check_status::error);
        CHECK(got.reason == "an alert came");
    }
    SECTION("from something that closes whatever is said to it") {
        answers closing;
        closing[question::either] = hung_up(phase::method);
        closing[question::none] = closing[question::either];
        closing[question::tls] = hung_up(phase::tls);
        closing[question::tls].how = probing::ending::answered;
        closing[question::tls].failed.emplace(
            failure::tls, phase::tls, "closed during the handshake");
        CHECK(read_check(probe_check::tls, closing).status == check_status::unclear);
        CHECK(read_check(probe_check::auth_none, closing).status == check_status::unclear);
    }
}

TEST_CASE("pipelining", "[probe]") {
    answers all = tor();
    SECTION("silence of a proxy that is slow without it, too") {
        all[question::pipelined] = silent(phase::request);
        CHECK(read_check(probe_check::pipelining, all).status == check_status::no);
        all[question::unpipelined].spans.request = 1'900;
        CHECK(read_check(probe_check::pipelining, all).status == check_status::unclear);
        all[question::unpipelined] = silent(phase::request);
        CHECK(read_check(probe_check::pipelining, all).status == check_status::unclear);
    }
    SECTION("a method that is the rest of another answer") {
        all[question::pipelined] = chose(0x01);
        const check_result got = read_check(probe_check::pipelining, all);
        CHECK(got.status == check_status::no);
        CHECK(got.reason == "the greeting was answered with 05 01");
    }
    SECTION("another reply than without") {
        all[question::pipelined] = replied("05 01 00 01 00 00 00 00 00 00"_hex);
        CHECK(read_check(probe_check::pipelining, all).status == check_status::no);
    }
    SECTION("the answer to the greeting is lost") {
        all[question::pipelined] = foreign("01 00 05 01"_hex);
        CHECK(read_check(probe_check::pipelining, all).status == check_status::no);
    }
}

} // namespace
} // namespace sockscat::tests
