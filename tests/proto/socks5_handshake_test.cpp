// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include <algorithm>

namespace sockscat::tests {
namespace {

using proto::socks5::method;

const bytes greeting_none = "05 01 00"_hex;
const bytes zero_reply = "05 00 00 01 00 00 00 00 00 00"_hex;
const bytes request_to_ip = "05 01 00 01 c0 00 02 01 00 50"_hex;
const bytes login = "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"_hex; // alice, secret

proto::handshake_request with_login(proto::handshake_request request) {
    request.user = "alice";
    request.password = "secret";
    return request;
}

// Up to the request, which goes to 192.0.2.1:80.
transcript without_login() {
    transcript script{socks5_request(to("192.0.2.1", 80))};
    script.send(greeting_none).reply("05 00"_hex).send(request_to_ip);
    return script;
}

transcript offering(std::vector<method> methods, const bytes& greeting) {
    transcript script{with_login(socks5_request(to("192.0.2.1", 80), std::move(methods)))};
    script.send(greeting);
    return script;
}

transcript before_status() {
    transcript script = offering({method::password}, "05 01 02"_hex);
    script.reply("05 02"_hex).send(login);
    return script;
}

std::error_code reply_code(int code) {
    return {code, socks5_reply_category()};
}

bool has_note(const handshake_outcome& outcome, std::string_view part) {
    return std::any_of(outcome.notes.begin(), outcome.notes.end(), [part](const std::string& note) {
        return note.find(part) != std::string::npos;
    });
}

TEST_CASE("SOCKS5 reaches every type of address and reports every type of bound address") {
    struct row {
        std::string_view name;
        address value;
        bytes wire; // ATYP, address, port
    };
    const std::string longest(255, 'n');
    const std::vector<row> rows{
        {"IPv4", to("192.0.2.1", 80), "01 c0 00 02 01 00 50"_hex},
        {"a name", to("example.com", 443),
         join("03 0b"_hex, text_bytes("example.com"), "01 bb"_hex)},
        {"a name of one byte", to("x", 1), "03 01 78 00 01"_hex},
        {"the longest name", to(longest, 65535),
         join("03 ff"_hex, text_bytes(longest), "ff ff"_hex)},
        {"IPv6", to("2001:db8::1", 80),
         "04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 50"_hex},
    };
    for (const row& wanted : rows) {
        for (const row& bound : rows) {
            INFO("to " << wanted.name << ", bound to " << bound.name);
            transcript{socks5_request(wanted.value)}
                .send(greeting_none)
                .reply("05 00"_hex)
                .send(join("05 01 00"_hex, wanted.wire))
                .reply(join("05 00 00"_hex, bound.wire))
                .is_done(bound.value);
        }
    }
}

TEST_CASE("a bound name of no length is accepted") {
    without_login().reply("05 00 00 03 00 1f 90"_hex).is_done({host_name{""}, 8080});
}

TEST_CASE("a bound name may hold any byte and is escaped when it is shown") {
    const address bound{host_name{std::string{"\x1b[31m\0\xff", 7}}, 1};
    without_login().reply("05 00 00 03 07 1b 5b 33 31 6d 00 ff 00 01"_hex).is_done(bound);
    CHECK(to_string(bound) == "\\x1b[31m\\x00\\xff:1");
}

TEST_CASE("RSV of a SOCKS5 reply is ignored and noted") {
    without_login().reply("05 00 ff 01 00 00 00 00 00 00"_hex).is_done(to("0.0.0.0", 0));
    CHECK(has_note(without_login().reply("05 00 ff 01 00 00 00 00 00 00"_hex).run(), "RSV 0xff"));
    CHECK_FALSE(has_note(without_login().reply(zero_reply).run(), "RSV"));
}

TEST_CASE("SOCKS5 logs in with user name and password if that is chosen") {
    before_status()
        .reply("01 00"_hex)
        .send(request_to_ip)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("SOCKS5 carries the longest user name and password") {
    const std::string user(255, 'u');
    const std::string password(255, 'p');
    proto::handshake_request request =
        socks5_request(to(std::string(255, 'n'), 1), {method::password});
    request.user = user;
    request.password = password;
    transcript{request}
        .send("05 01 02"_hex)
        .reply("05 02"_hex)
        .send(join("01 ff"_hex, text_bytes(user), "ff"_hex, text_bytes(password)))
        .reply("01 00"_hex)
        .send(join("05 01 00 03 ff"_hex, bytes(255, 'n'), "00 01"_hex))
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("empty user name and password are sent as they are") {
    transcript{socks5_request(to("192.0.2.1", 80), {method::password})}
        .send("05 01 02"_hex)
        .reply("05 02"_hex)
        .send("01 00 00"_hex)
        .reply("01 00"_hex)
        .send(request_to_ip)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("a password may hold any byte, NUL as well") {
    proto::handshake_request request = socks5_request(to("192.0.2.1", 80), {method::password});
    request.user = "u";
    request.password = std::string_view{"\0\xff:@", 4};
    transcript{request}
        .send("05 01 02"_hex)
        .reply("05 02"_hex)
        .send("01 01 75 04 00 ff 3a 40"_hex)
        .reply("01 00"_hex)
        .send(request_to_ip)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("when none and password are offered, no password is sent unless it is chosen") {
    offering({method::none, method::password}, "05 02 00 02"_hex)
        .reply("05 00"_hex)
        .send(request_to_ip)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
    offering({method::none, method::password}, "05 02 00 02"_hex)
        .reply("05 02"_hex)
        .send(login)
        .reply("01 00"_hex)
        .send(request_to_ip)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("every method that was not offered is refused, and nothing more is sent") {
    for (unsigned value = 0; value < 255; ++value) {
        const bytes chosen{0x05, static_cast<std::uint8_t>(value)};
        CAPTURE(value);
        // Which one a client can tell.
        const std::error_code code{static_cast<int>(value), socks5_method_category()};
        if (value != 0)
            offering({method::none}, greeting_none)
                .reply(chosen)
                .fails(failure::protocol, phase::method, code);
        if (value != 2)
            offering({method::password}, "05 01 02"_hex)
                .reply(chosen)
                .fails(failure::protocol, phase::method, code);
    }
}

TEST_CASE("FF means that no method is accepted, whatever follows it") {
    offering({method::none}, greeting_none)
        .reply("05 ff"_hex)
        .fails(failure::no_method, phase::method);
    offering({method::none, method::password}, "05 02 00 02"_hex)
        .reply("05 ff 05 01 00 01 00 00 00 00 00 00"_hex) // 3proxy appends an error reply
        .fails(failure::no_method, phase::method);
}

TEST_CASE("every status but 0 is a rejection of the credentials") {
    for (unsigned status = 1; status < 256; ++status) {
        CAPTURE(status);
        before_status()
            .reply({0x01, static_cast<std::uint8_t>(status)})
            .fails(failure::credentials, phase::auth);
    }
}

TEST_CASE("VER 5 in the reply to a password is tolerated and noted") {
    const auto script = [] {
        return before_status().reply("05 00"_hex).send(request_to_ip).reply(zero_reply);
    };
    script().is_done(to("0.0.0.0", 0));
    CHECK(has_note(script().run(), "VER 5"));
    before_status().reply("05 01"_hex).fails(failure::credentials, phase::auth);
}

TEST_CASE("any other VER in the reply to a password is a broken rule, also with status 0") {
    for (unsigned version = 0; version < 256; ++version) {
        if (version == 1 || version == 5)
            continue;
        CAPTURE(version);
        before_status()
            .reply({static_cast<std::uint8_t>(version), 0x00})
            .fails(failure::protocol, phase::auth);
    }
}

TEST_CASE("no error about credentials holds the user name or the password") {
    for (const bytes& status : {"01 01"_hex, "00 00"_hex, "01"_hex, ""_hex}) {
        const auto outcome = before_status().reply(status).run();
        CHECK(outcome.fault.cause.find("secret") == std::string::npos);
        CHECK(outcome.fault.cause.find("alice") == std::string::npos);
    }
}

// The ways in which servers write an error reply (lib/proto/README.md, SOCKS5 request and reply).
std::vector<bytes> error_replies(std::uint8_t rep) {
    const bytes start{0x05, rep};
    return {
        start,
        join(start, "00"_hex),
        join(start, "00 01"_hex),                               // ss-libev
        join(start, "00 00 00 00 00 00 00 00"_hex),             // tor: ATYP 0
        join(start, "00 01 00 00 00 00 00 00"_hex),             // most
        join(start, "00 03 00 00 00"_hex),                      // a name of no length
        join(start, "00 03 04 68 6f 73 74 00 50"_hex),          // Dante: the name asked for
        join(start, "00 04"_hex, bytes(16, 0x20), "00 50"_hex), // IPv6
        join(start, "ff 77"_hex),                               // unknown ATYP
    };
}

TEST_CASE("every REP but 0 is a refusal with its code, however the rest is maimed") {
    for (unsigned code = 1; code < 256; ++code) {
        const auto rep = static_cast<std::uint8_t>(code);
        for (const bytes& reply : error_replies(rep)) {
            CAPTURE(code, reply.size());
            without_login().reply(reply).fails(failure::refused, phase::request, reply_code(rep));
        }
    }
}

TEST_CASE("a refusal names the destination and the code") {
    const auto outcome = [](std::uint8_t rep) {
        return without_login().reply({0x05, rep}).run().fault;
    };
    CHECK(outcome(0x05).cause == "connection refused by 192.0.2.1:80 (REP 05)");
    CHECK(outcome(0x04).cause == "the proxy reports host unreachable for 192.0.2.1:80 (REP 04)");
    CHECK(
        outcome(0x99).cause == "the proxy reports unassigned reply 0x99 for 192.0.2.1:80 (REP 99)");
}

TEST_CASE("a SOCKS5 error reply cut short is noted, a whole one is not") {
    CHECK(has_note(without_login().reply("05 07 00 01"_hex).run(), "only 4 bytes"));
    CHECK(has_note(without_login().reply("05 04 00 03 04 68 6f"_hex).run(), "only 7 bytes"));
    CHECK_FALSE(
        has_note(without_login().reply("05 04 00 03 04 68 6f 73 74 00 50"_hex).run(), "only"));
    CHECK_FALSE(has_note(without_login().reply("05 05 00 01 00 00 00 00 00 00"_hex).run(), "only"));
    CHECK_FALSE(has_note(without_login().reply("05 05 00 03 01 78 00 50"_hex).run(), "only"));
}

TEST_CASE("the longest error reply is read to its end") {
    const bytes whole = join("05 04 00 03 ff"_hex, bytes(255, 'n'), "00 50"_hex);
    const auto outcome = without_login().reply(whole).run();
    CHECK(outcome.consumed == 2 + whole.size());
    CHECK_FALSE(has_note(outcome, "only"));
}

TEST_CASE("a success reply with an unknown ATYP cannot be framed") {
    for (unsigned type = 0; type < 256; ++type) {
        if (type == 1 || type == 3 || type == 4)
            continue;
        const bytes reply =
            join(bytes{0x05, 0x00, 0x00, static_cast<std::uint8_t>(type)}, bytes(18, 0));
        CAPTURE(type);
        without_login().reply(reply).fails(failure::protocol, phase::request);
    }
}

TEST_CASE("the length of a reply comes from its own ATYP, not from the request") {
    // Asked for IPv4, answered with IPv6 and a name: the transcript checks that all of it is read.
    without_login()
        .reply(join("05 00 00 04"_hex, bytes(16, 0x20), "00 50"_hex))
        .is_done(to("2020:2020:2020:2020:2020:2020:2020:2020", 80));
    without_login().reply("05 00 00 03 02 61 62 00 50"_hex).is_done(to("ab", 80));
}

TEST_CASE("a reply that does not begin with 5 is a broken rule") {
    for (const bytes& reply :
         {"00 5a 00 00 00 00 00 00"_hex, "04 00"_hex, "01 00"_hex, text_bytes("HTTP/1.0 501 ")})
        without_login().reply(reply).fails(failure::protocol, phase::request);
}

TEST_CASE("what is no SOCKS5 proxy is named by what it says") {
    struct stranger {
        std::string_view name;
        bytes answer;
        peer_kind kind;
    };
    const std::vector<stranger> strangers{
        {"HTTP", text_bytes("HTTP/1.0 501 Tor is not an HTTP Proxy\r\n\r\n"), peer_kind::http},
        {"HTML without a header", text_bytes("<html>"), peer_kind::http},
        {"SSH", text_bytes("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), peer_kind::ssh},
        {"SMTP", text_bytes("220 mail.example ESMTP Postfix\r\n"), peer_kind::mail_or_ftp},
        {"SMTP that is busy", text_bytes("421 too busy\r\n"), peer_kind::mail_or_ftp},
        {"IMAP", text_bytes("* OK IMAP4rev1\r\n"), peer_kind::mail_or_ftp},
        {"POP3", text_bytes("+OK POP3\r\n"), peer_kind::mail_or_ftp},
        {"a TLS alert", "15 03 03 00 02 02 46"_hex, peer_kind::tls},
        {"a TLS handshake", "16 03 01 02 00"_hex, peer_kind::tls},
        {"a SOCKS4 refusal", "00 5b 00 00 00 00 00 00"_hex, peer_kind::socks4},
        {"a SOCKS4 refusal with VN 4", "04 5b 00 00 00 00 00 00"_hex, peer_kind::socks4},
        {"SOCKS6", "06 01"_hex, peer_kind::socks6},
        {"one byte", "77"_hex, peer_kind::unknown},
        {"endless noise", bytes(1'000, 0xEE), peer_kind::unknown},
        {"terminal control", "1b 5d 30 3b 78 07"_hex, peer_kind::unknown},
    };
    for (const stranger& one : strangers) {
        INFO(one.name);
        offering({method::none}, greeting_none)
            .reply(one.answer)
            .fails(failure::protocol, phase::method, {}, one.kind);
    }
}

TEST_CASE("a stranger is read for 128 bytes and no more") {
    CHECK(offering({method::none}, greeting_none).reply(bytes(1'000, 'x')).run().consumed == 128);
}

TEST_CASE("a proxy that closes instead of a reply says so for each phase") {
    transcript{socks5_request(to("192.0.2.1", 80))}
        .send(greeting_none)
        .fails(failure::closed, phase::method);
    before_status().fails(failure::closed, phase::auth);
    without_login().fails(failure::closed, phase::request);
}

TEST_CASE("a part of a reply is a broken rule for each phase") {
    transcript{socks5_request(to("192.0.2.1", 80))}
        .send(greeting_none)
        .reply("05"_hex)
        .fails(failure::protocol, phase::method);
    before_status().reply("01"_hex).fails(failure::protocol, phase::auth);
    without_login().reply("05"_hex).fails(failure::protocol, phase::request);
    without_login().reply("05 00 00 01 01 02 03"_hex).fails(failure::protocol, phase::request);
}

proto::handshake_request pipelined(proto::handshake_request request) {
    request.pipeline = true;
    return request;
}

TEST_CASE("pipelining sends greeting and request at once") {
    transcript{pipelined(socks5_request(to("192.0.2.1", 80)))}
        .send(join(greeting_none, request_to_ip))
        .reply("05 00"_hex)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("pipelining sends greeting, password and request at once") {
    transcript{pipelined(with_login(socks5_request(to("192.0.2.1", 80), {method::password})))}
        .send(join("05 01 02"_hex, login, request_to_ip))
        .reply("05 02"_hex)
        .reply("01 00"_hex)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("pipelining carries everything at its longest") {
    const std::string longest(255, 'x');
    proto::handshake_request request =
        pipelined(socks5_request(to(longest, 65535), {method::password}));
    request.user = longest;
    request.password = longest;
    transcript{request}
        .send(join(
            "05 01 02 01 ff"_hex, bytes(255, 'x'), "ff"_hex, bytes(255, 'x'), "05 01 00 03 ff"_hex,
            bytes(255, 'x'), "ff ff"_hex))
        .reply("05 02"_hex)
        .reply("01 00"_hex)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("pipelining fails in the phase whose reply is bad") {
    const auto script = [] {
        transcript begun{
            pipelined(with_login(socks5_request(to("192.0.2.1", 80), {method::password})))};
        begun.send(join("05 01 02"_hex, login, request_to_ip));
        return begun;
    };
    script().fails(failure::closed, phase::method);
    script().reply("05 ff"_hex).fails(failure::no_method, phase::method);
    script()
        .reply("05 00"_hex)
        .fails(failure::protocol, phase::method, {0, socks5_method_category()});
    script().reply("05 02"_hex).fails(failure::closed, phase::auth);
    script().reply("05 02"_hex).reply("01 01"_hex).fails(failure::credentials, phase::auth);
    script().reply("05 02"_hex).reply("01 00"_hex).fails(failure::closed, phase::request);
    script()
        .reply("05 02"_hex)
        .reply("01 00"_hex)
        .reply("05 02 00 01 00 00 00 00 00 00"_hex)
        .fails(failure::refused, phase::request, reply_code(2));
    // tor's C implementation loses the method selection of a pipelined login.
    script().reply("01 00 05 00 00 01"_hex).fails(failure::protocol, phase::method);
}

TEST_CASE("the method chosen is noted") {
    CHECK(has_note(without_login().reply(zero_reply).run(), "chose method 0x00 none"));
    CHECK(has_note(before_status().reply("01 01"_hex).run(), "chose method 0x02"));
}

TEST_CASE("inside gost's TLS the request follows, with method 82 a login before it") {
    transcript{socks5_request(to("192.0.2.1", 80), {method::gost_tls})}
        .send("05 01 80"_hex)
        .reply("05 80"_hex)
        .send(request_to_ip)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
    offering({method::gost_tls_password}, "05 01 82"_hex)
        .reply("05 82"_hex)
        .send(login)
        .reply("01 00"_hex)
        .send(request_to_ip)
        .reply(zero_reply)
        .is_done(to("0.0.0.0", 0));
}

} // namespace
} // namespace sockscat::tests
