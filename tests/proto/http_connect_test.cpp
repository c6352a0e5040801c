// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include "proto/http_connect.hpp"
#include "proto/trace/annotate.hpp"

#include <sockscat/text.hpp>

namespace sockscat::tests {
namespace {

const std::string plain_request = "CONNECT www.test:443 HTTP/1.1\r\nHost: www.test:443\r\n\r\n";
const std::string granted = "HTTP/1.1 200 Connection established\r\n\r\n";

transcript to_name(std::string_view user = "", std::string_view password = "") {
    return transcript{http_request(to("www.test", 443), user, password)};
}

transcript asked() {
    transcript script = to_name();
    script.send(text_bytes(plain_request));
    return script;
}

transcript answered(const std::string& header) {
    transcript script = asked();
    script.reply(text_bytes(header));
    return script;
}

std::error_code status_code(int code) {
    return {code, http_status_category()};
}

bool has_note(const handshake_outcome& outcome, std::string_view part) {
    for (const std::string& note : outcome.notes)
        if (note.find(part) != std::string::npos)
            return true;
    return false;
}

// A machine that has sent its request and is fed by hand.
std::unique_ptr<proto::exchange> waiting() {
    auto machine = std::move(proto::make_handshake(http_request(to("www.test", 443)))).value();
    REQUIRE(machine->next().what == proto::step::action::send);
    machine->sent();
    return machine;
}

// Feeds as much as it asks for; returns how much it took.
std::size_t feed(proto::exchange& machine, const bytes& stream) {
    std::size_t taken = 0;
    while (machine.next().what == proto::step::action::receive && taken < stream.size()) {
        const std::size_t size = std::min(machine.next().at_most, stream.size() - taken);
        machine.received(std::span{stream}.subspan(taken, size));
        taken += size;
    }
    return taken;
}

TEST_CASE("HTTP CONNECT asks for a name and a port, and any 2xx is a success") {
    answered(granted).is_done({});
    for (const std::string status : {"200", "201", "204", "299"})
        answered("HTTP/1.1 " + status + " Fine\r\n\r\n").is_done({});
    answered("HTTP/1.0 200 OK\r\nVia: x\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n").is_done({});
}

TEST_CASE("a status line of HTTP may come without a reason") {
    answered("HTTP/1.1 200 \r\n\r\n").is_done({});
    answered("HTTP/1.1 200\r\n\r\n").is_done({});
}

TEST_CASE("a lone LF ends a line of an HTTP header as well") {
    answered("HTTP/1.1 200 OK\nVia: x\n\n").is_done({});
    answered("HTTP/1.1 200 OK\r\nVia: x\n\r\n").is_done({});
    answered("HTTP/1.1 200 OK\n\r\n").is_done({});
    answered("HTTP/1.1 200 OK\r\n\n").is_done({});
}

TEST_CASE("an HTTP proxy is asked for an IPv6 address in brackets, and for an IPv4 address") {
    transcript{http_request(to("2001:db8::1", 80))}
        .send(text_bytes("CONNECT [2001:db8::1]:80 HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n"))
        .reply(text_bytes(granted))
        .is_done({});
    transcript{http_request(to("192.0.2.1", 80))}
        .send(text_bytes("CONNECT 192.0.2.1:80 HTTP/1.1\r\nHost: 192.0.2.1:80\r\n\r\n"))
        .reply(text_bytes(granted))
        .is_done({});
}

TEST_CASE("interim replies of HTTP are read and noted") {
    transcript script = asked();
    script.reply(text_bytes("HTTP/1.1 100 Continue\r\n\r\n"))
        .reply(text_bytes("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"))
        .reply(text_bytes(granted));
    script.is_done({});
    CHECK(has_note(script.run(), "100"));
    CHECK(has_note(script.run(), "103"));
}

TEST_CASE("a switch of protocols is no interim reply") {
    answered("HTTP/1.1 101 Switching\r\n\r\n")
        .fails(failure::refused, phase::request, status_code(101));
}

TEST_CASE("credentials travel as Basic, whatever bytes they have") {
    struct login {
        std::string user, password, encoded;
    };
    const std::vector<login> logins{
        {"Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}, // RFC 7617 section 2
        {"alice", "", "YWxpY2U6"},
        {"", "secret", "OnNlY3JldA=="},
        {"u", "a:b:c", "dTphOmI6Yw=="},
        {"u\xff", "\x01\x80", "df86AYA="},
    };
    for (const login& one : logins) {
        CAPTURE(one.encoded);
        to_name(one.user, one.password)
            .send(text_bytes(
                "CONNECT www.test:443 HTTP/1.1\r\nHost: www.test:443\r\n"
                "Proxy-Authorization: Basic " +
                one.encoded + "\r\n\r\n"))
            .reply(text_bytes(granted))
            .is_done({});
    }
}

TEST_CASE("the longest name and credentials fit an HTTP request") {
    const std::string name(255, 'n');
    const std::string user(255, 'u');
    const std::string password(255, 'p');
    auto machine = proto::make_handshake(http_request(to(name, 65535), user, password));
    REQUIRE(machine);
    const auto sent = machine.value()->next().bytes;
    CHECK(sent.size() > 2 * 255 + 4 * 511 / 3);
    CHECK(to_bytes(sent.last(4)) == text_bytes("\r\n\r\n"));
}

TEST_CASE("a user name with a colon is no user name of HTTP") {
    const auto refused = proto::make_handshake(http_request(to("www.test", 443), "al:ice", "x"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == failure::usage);
    CHECK(refused.error().cause.find("':'") != std::string::npos);
}

TEST_CASE("a name that would break the lines of a request is refused") {
    for (const std::string name :
         {"a b", "a\r\nX-Injected: y", "a\tb", "a\x7f", " ", "a\n", "\r"}) {
        const auto refused = proto::make_handshake(http_request(address{host_name{name}, 443}));
        CAPTURE(name);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == failure::usage);
    }
    // Anything else goes out as it is, at its full length.
    const std::string name(255, '\xff');
    const auto machine = proto::make_handshake(http_request(address{host_name{name}, 443}));
    REQUIRE(machine);
    CHECK(
        to_bytes(machine.value()->next().bytes) ==
        text_bytes("CONNECT " + name + ":443 HTTP/1.1\r\nHost: " + name + ":443\r\n\r\n"));
}

TEST_CASE("an HTTP proxy has CONNECT and nothing else") {
    for (const auto command :
         {proto::request_command::bind, proto::request_command::udp_associate}) {
        auto request = http_request(to("www.test", 443));
        request.command = command;
        const auto refused = proto::make_handshake(request);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == failure::usage);
    }
}

TEST_CASE("407 tells missing credentials from wrong ones") {
    const std::string header = "HTTP/1.1 407 Proxy Authentication Required\r\n"
                               "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    answered(header).fails(failure::no_method, phase::request);
    transcript with_login = to_name("alice", "secret");
    with_login
        .send(text_bytes("CONNECT www.test:443 HTTP/1.1\r\nHost: www.test:443\r\n"
                         "Proxy-Authorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n"))
        .reply(text_bytes(header));
    with_login.fails(failure::credentials, phase::request);
    CHECK(with_login.run().fault.cause.find("secret") == std::string::npos);
}

TEST_CASE("a refusal of HTTP counts as soon as its status line is whole") {
    struct cut {
        std::string text;
        failure kind;
        std::error_code code;
    };
    const std::vector<cut> cuts{
        {"HTTP/1.0 403 Forbidden\r\n", failure::refused, status_code(403)},
        {"HTTP/1.1 502 Bad Gateway\nServer: x", failure::refused, status_code(502)},
        {"HTTP/1.1 404\r\nX: y\r\n\r", failure::refused, status_code(404)},
        {"HTTP/1.1 407 No\r\nProxy-Au", failure::no_method, {}},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\n", failure::refused, status_code(503)},
    };
    const std::vector<void (*)(proto::exchange&)> ends{
        [](proto::exchange& machine) { machine.nothing_more(); },
        [](proto::exchange& machine) { machine.peer_closed(); },
        [](proto::exchange& machine) {
            machine.peer_closed(std::make_error_code(std::errc::connection_reset));
        },
    };
    for (const cut& one : cuts)
        for (const auto& end : ends) {
            CAPTURE(one.text);
            const auto machine = waiting();
            for (const char byte : one.text)
                feed(*machine, text_bytes(std::string_view{&byte, 1}));
            REQUIRE(machine->next().optional);
            end(*machine);
            REQUIRE(machine->next().what == proto::step::action::failed);
            CHECK(machine->fault().kind == one.kind);
            CHECK(machine->fault().code == one.code);
            CHECK(machine->completed()->kind == message_kind::http_reply);
        }
    // Without the end of its status line it may be anything yet.
    answered("HTTP/1.0 403 Forbidden\r").fails(failure::protocol, phase::request);
    // Nor does a success come of a part.
    answered("HTTP/1.1 200 OK\r\nX: y\r\n").fails(failure::protocol, phase::request);
}

TEST_CASE("a refusal of HTTP with a header without end is a refusal") {
    auto machine = waiting();
    std::string endless = "HTTP/1.1 403 Forbidden\r\n";
    while (endless.size() < 100'000)
        endless += "X: y\r\n";
    CHECK(feed(*machine, text_bytes(endless)) <= proto::max_http_header + 2);
    REQUIRE(machine->next().what == proto::step::action::failed);
    CHECK(machine->fault().kind == failure::refused);
}

error refused_login(const std::string& fields, bool has_login) {
    auto request =
        http_request(to("www.test", 443), has_login ? "alice" : "", has_login ? "secret" : "");
    auto machine = std::move(proto::make_handshake(request)).value();
    machine->sent();
    feed(*machine, text_bytes("HTTP/1.1 407 Proxy Authentication Required\r\n" + fields));
    if (machine->next().what == proto::step::action::receive)
        machine->peer_closed();
    return machine->fault();
}

TEST_CASE("407 without Basic names what is offered, with a login or without") {
    struct offer {
        std::string fields;
        std::string named;
    };
    const std::vector<offer> offers{
        {"Proxy-Authenticate: Digest realm=\"x, Basic\", nonce=\"a\", qop=\"auth\"\r\n\r\n",
         "Digest"},
        {"Proxy-Authenticate: NTLM\r\n\r\n", "NTLM"},
        {"Via: x\r\nproxy-AUTHENTICATE:negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
         "negotiate, NTLM"},
        {"Proxy-Authenticate: Negotiate, NTLM TlRMTVNTUAAC==, Digest realm = \"b\"\r\n\r\n",
         "Negotiate, NTLM, Digest"},
        {"Proxy-Authenticate: Digest realm=\"a \\\" Basic, \",\r\n\tnonce=\"Basic\"\r\n\r\n",
         "Digest"},
        {"Proxy-Authenticate: Kerberos\n\n", "Kerberos"},
        {"Proxy-Authenticate: NTLM\r\nProxy-Authenticate: ntlm\r\n", "NTLM"}, // cut off
    };
    for (const offer& one : offers)
        for (const bool has_login : {false, true}) {
            CAPTURE(one.fields, has_login);
            const error why = refused_login(one.fields, has_login);
            CHECK(why.kind == failure::no_method);
            CHECK(why.code == std::errc::not_supported);
            CHECK(why.cause.starts_with("it offers " + one.named + ", not Basic (HTTP 407"));
        }
}

TEST_CASE("407 with Basic among others is about the login") {
    for (const std::string fields :
         {"Proxy-Authenticate: Digest realm=\"x\", basic realm=\"y\"\r\n\r\n",
          "Proxy-Authenticate: NTLM\r\nPROXY-AUTHENTICATE: BASIC\r\n\r\n", "\r\n",
          "WWW-Authenticate: Digest realm=\"x\"\r\n\r\n"}) {
        CAPTURE(fields);
        CHECK(refused_login(fields, true).kind == failure::credentials);
        CHECK(refused_login(fields, false).kind == failure::no_method);
        CHECK_FALSE(refused_login(fields, false).code == std::errc::not_supported);
    }
}

TEST_CASE("what a proxy calls its schemes is escaped, and not shown at any length") {
    std::string fields = "Proxy-Authenticate: A\x1b[31m" + std::string(3000, 'A') + "\r\n";
    for (int i = 0; i < 100; ++i)
        fields += "Proxy-Authenticate: X" + std::to_string(i) + "\r\n";
    const error why = refused_login(fields + "\r\n", true);
    CHECK(why.cause.find('\x1b') == std::string::npos);
    CHECK(why.cause.size() < 300);
}

TEST_CASE("credentials that are empty but there are wrong, not missing") {
    auto request = http_request(to("www.test", 443));
    request.methods = {proto::socks5::method::none, proto::socks5::method::password};
    transcript script{request};
    script
        .send(text_bytes("CONNECT www.test:443 HTTP/1.1\r\nHost: www.test:443\r\n"
                         "Proxy-Authorization: Basic Og==\r\n\r\n"))
        .reply(text_bytes("HTTP/1.1 407 No\r\n\r\n"))
        .fails(failure::credentials, phase::request);
}

TEST_CASE("every other status is a refusal that quotes status, reason and destination") {
    for (const int status :
         {300, 302, 400, 401, 403, 404, 405, 429, 500, 502, 503, 504, 599, 999}) {
        CAPTURE(status);
        const auto script =
            answered("HTTP/1.1 " + std::to_string(status) + " No way\r\nContent-Length: 9\r\n\r\n");
        transcript{script}.fails(failure::refused, phase::request, status_code(status));
        const std::string cause = script.run().fault.cause;
        CHECK(cause.find(std::to_string(status) + " \"No way\"") != std::string::npos);
        CHECK(cause.find("www.test:443") != std::string::npos);
    }
    CHECK(
        answered("HTTP/1.1 403 Filtered\r\n\r\n").run().fault.cause.find("does not allow") !=
        std::string::npos);
}

TEST_CASE("a reason of HTTP is quoted escaped and not at any length") {
    auto machine = waiting();
    feed(*machine, text_bytes("HTTP/1.1 502 \x1b[31m\x07" + std::string(3000, 'A') + "\r\n\r\n"));
    REQUIRE(machine->next().what == proto::step::action::failed);
    CHECK(machine->fault().kind == failure::refused);
    CHECK(machine->fault().cause.find('\x1b') == std::string::npos);
    CHECK(machine->fault().cause.find("\\x1b[31m\\x07AAA") != std::string::npos);
    CHECK(machine->fault().cause.size() < 300);
}

TEST_CASE("what is no HTTP is told as what it is") {
    answered("SSH-2.0-OpenSSH_9.2\r\n")
        .fails(failure::protocol, phase::request, {}, peer_kind::ssh);
    transcript socks5 = asked();
    socks5.reply("05 ff"_hex).fails(failure::protocol, phase::request, {}, peer_kind::socks5);
    transcript alert = asked();
    alert.reply("15 03 01 00 02 02 46"_hex)
        .fails(failure::protocol, phase::request, {}, peer_kind::tls);
    answered("220 mail.test ESMTP\r\n")
        .fails(failure::protocol, phase::request, {}, peer_kind::mail_or_ftp);
    CHECK(answered("HTTP/2 200\r\n\r\n").run().fault.kind == failure::protocol);
    CHECK(answered("http/1.1 200 OK\r\n\r\n").run().fault.kind == failure::protocol);
}

TEST_CASE("a status line of HTTP has exactly three digits") {
    for (const std::string line :
         {"HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 2OO OK", "HTTP/1.1 -20 OK", "HTTP/1.1  200",
          "HTTP/1.1", "HTTP/1.1200 OK", "HTTP/1.1 200OK"}) {
        CAPTURE(line);
        answered(line + "\r\n\r\n").fails(failure::protocol, phase::request);
    }
}

TEST_CASE("a status below 100 is no success") {
    CHECK(answered("HTTP/1.1 000 OK\r\n\r\n").run().fault.kind != failure::usage);
    CHECK_FALSE(answered("HTTP/1.1 000 OK\r\n\r\n").run().bound);
    CHECK_FALSE(answered("HTTP/1.1 099 OK\r\n\r\n").run().bound);
}

TEST_CASE("payload behind an HTTP header stays unread, byte for byte") {
    for (const std::string& header :
         {granted, std::string{"HTTP/1.1 200 OK\n\n"}, std::string{"HTTP/1.1 200\r\n\r\n"},
          std::string{"HTTP/1.1 200 OK\r\nA: b\n\n"}}) {
        for (const std::string payload : {"\n", "\r\n", "\r\n\r\n", "SSH-2.0-x\r\n", "\n\n\n"}) {
            auto machine = waiting();
            CHECK(feed(*machine, text_bytes(header + payload)) == header.size());
            CHECK(machine->next().what == proto::step::action::done);
        }
    }
}

TEST_CASE("an HTTP header that does not end is given up at 16 KiB") {
    for (const std::string& line : {std::string{"A"}, std::string{"X: y\r\n"}, std::string{"\r"}}) {
        auto machine = waiting();
        std::string endless = "HTTP/1.1 200 OK\r\nX: ";
        while (endless.size() < 100'000)
            endless += line;
        const std::size_t taken = feed(*machine, text_bytes(endless));
        REQUIRE(machine->next().what == proto::step::action::failed);
        CHECK(machine->fault().kind == failure::protocol);
        CHECK(machine->fault().cause.find("too long") != std::string::npos);
        CHECK(taken >= proto::max_http_header);
        CHECK(taken <= proto::max_http_header + 2);
    }
}

TEST_CASE("a header of HTTP just below the limit is taken") {
    auto machine = waiting();
    std::string header = "HTTP/1.1 200 OK\r\nX: ";
    header += std::string(proto::max_http_header - header.size() - 4, 'v') + "\r\n\r\n";
    CHECK(feed(*machine, text_bytes(header + "payload")) == header.size());
    CHECK(machine->next().what == proto::step::action::done);
}

TEST_CASE("interim replies of HTTP without end are given up") {
    auto machine = waiting();
    std::string endless;
    while (endless.size() < 1'000'000)
        endless += "HTTP/1.1 100 Continue\r\n\r\n";
    const std::size_t taken = feed(*machine, text_bytes(endless));
    REQUIRE(machine->next().what == proto::step::action::failed);
    CHECK(machine->fault().kind == failure::protocol);
    CHECK(taken <= 2 * proto::max_http_header);
}

TEST_CASE("the trace of an HTTP request hides the credentials") {
    auto machine =
        std::move(proto::make_handshake(http_request(to("www.test", 443), "alice", "secret")))
            .value();
    const auto messages = machine->outgoing();
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].kind == message_kind::http_request);
    const auto traced = proto::annotate(messages[0].kind, direction::to_proxy, messages[0].bytes);
    std::string all;
    for (const trace_row& row : traced.rows)
        all += row.bytes + " | " + row.meaning + "\n";
    CHECK(
        all == " | CONNECT www.test:443 HTTP/1.1\n | Host: www.test:443\n"
               " | Proxy-Authorization: Basic (hidden)\n");
}

TEST_CASE("the trace of an HTTP reply shows its lines, escaped") {
    const bytes reply = text_bytes("HTTP/1.1 200 \x1b[31m\r\nVia: x\n\n");
    const auto traced = proto::annotate(message_kind::http_reply, direction::from_proxy, reply);
    REQUIRE(traced.rows.size() == 2);
    CHECK(traced.rows[0].meaning == "HTTP/1.1 200 \\x1b[31m");
    CHECK(traced.rows[1].meaning == "Via: x");
}

TEST_CASE("a refusal of HTTP may be nothing but its status line") {
    answered("HTTP/1.1 404\n\n").fails(failure::refused, phase::request, status_code(404));
    answered("HTTP/1.1 404\r\n\r\n").fails(failure::refused, phase::request, status_code(404));
    const std::string cause = answered("HTTP/1.1 404\n\n").run().fault.cause;
    CHECK(cause == "the proxy did not connect to www.test:443: HTTP 404");
}

TEST_CASE("HTTP without a status in its first line is no reply") {
    for (const std::string line : {"HTTP/1.\n", "HTTP/1.1\n", "HTTP/1.1\r\n"}) {
        CAPTURE(line);
        const auto outcome = answered(line + "\n").run();
        CHECK(outcome.fault.kind == failure::protocol);
        CHECK(outcome.fault.cause == "its reply has no HTTP status line");
    }
}

} // namespace
} // namespace sockscat::tests
