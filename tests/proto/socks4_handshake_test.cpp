// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include "proto/socks4.hpp"

namespace sockscat::tests {
namespace {

const bytes request_to_ip = "04 01 00 50 c0 00 02 01 00"_hex;

transcript to_ip() {
    transcript script{socks4_request(to("192.0.2.1", 80))};
    script.send(request_to_ip);
    return script;
}

std::error_code reply_code(int code) {
    return {code, socks4_reply_category()};
}

bytes reply_of(std::uint8_t vn, std::uint8_t cd) {
    return join(bytes{vn, cd}, "1f 90 cb 00 71 05"_hex);
}

bool has_note(const handshake_outcome& outcome, std::string_view part) {
    for (const std::string& note : outcome.notes)
        if (note.find(part) != std::string::npos)
            return true;
    return false;
}

TEST_CASE("SOCKS4 reaches an IPv4 address and reports DSTIP and DSTPORT") {
    to_ip().reply(reply_of(0x00, 0x5A)).is_done(to("203.0.113.5", 8080));
}

TEST_CASE("SOCKS4 sends the user name as USERID") {
    transcript{socks4_request(to("192.0.2.1", 80), "alice")}
        .send("04 01 00 50 c0 00 02 01 61 6c 69 63 65 00"_hex)
        .reply(reply_of(0x00, 0x5A))
        .is_done(to("203.0.113.5", 8080));
}

TEST_CASE("SOCKS4a sends a name behind the USERID") {
    transcript{socks4_request(to("example.com", 443), "u")}
        .send(join("04 01 01 bb 00 00 00 01 75 00"_hex, text_bytes("example.com"), "00"_hex))
        .reply("00 5a 00 00 00 00 00 00"_hex)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("SOCKS4a carries the longest USERID and the longest name") {
    const std::string user(255, 'u');
    const std::string name(255, 'n');
    transcript{socks4_request(to(name, 65535), user)}
        .send(join(
            "04 01 ff ff 00 00 00 01"_hex, text_bytes(user), "00"_hex, text_bytes(name), "00"_hex))
        .reply("00 5a 00 00 00 00 00 00"_hex)
        .is_done(to("0.0.0.0", 0));
}

TEST_CASE("every CD of a SOCKS4 reply but 5A is a failure with its code") {
    for (unsigned code = 0; code < 256; ++code) {
        if (code == 0x5A)
            continue;
        const auto cd = static_cast<std::uint8_t>(code);
        const failure kind = cd == 0x5C || cd == 0x5D ? failure::credentials : failure::refused;
        CAPTURE(code);
        to_ip().reply(reply_of(0x00, cd)).fails(kind, phase::request, reply_code(cd));
        for (std::size_t size = 2; size < 8; ++size) {
            const bytes whole = reply_of(0x00, cd);
            to_ip()
                .reply({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)})
                .fails(kind, phase::request, reply_code(cd));
        }
    }
}

TEST_CASE("a refusal of SOCKS4 names the destination and the code") {
    const auto refused = to_ip().reply(reply_of(0x00, 0x5B)).run();
    CHECK(refused.fault.cause == "the proxy rejected 192.0.2.1:80 or failed to reach it (CD 5b)");
    CHECK(refused.notes.empty());
}

TEST_CASE("VN 4 in a SOCKS4 error reply is tolerated and noted") {
    to_ip().reply(reply_of(0x04, 0x5B)).fails(failure::refused, phase::request, reply_code(0x5B));
    CHECK(has_note(to_ip().reply(reply_of(0x04, 0x5B)).run(), "VN 4"));
}

TEST_CASE("VN 4 in a SOCKS4 success reply is tolerated and noted") {
    to_ip().reply(reply_of(0x04, 0x5A)).is_done(to("203.0.113.5", 8080));
    CHECK(has_note(to_ip().reply(reply_of(0x04, 0x5A)).run(), "VN 4"));
    CHECK_FALSE(has_note(to_ip().reply(reply_of(0x00, 0x5A)).run(), "VN"));
}

TEST_CASE("a SOCKS4 error reply cut short is noted") {
    CHECK(has_note(to_ip().reply("00 5b"_hex).run(), "only 2 of 8 bytes"));
    CHECK_FALSE(has_note(to_ip().reply(reply_of(0x00, 0x5B)).run(), "only"));
}

TEST_CASE("SOCKS4 asked of something else says what is there instead") {
    struct stranger {
        std::string_view name;
        bytes answer;
        peer_kind kind;
    };
    const std::vector<stranger> strangers{
        {"a SOCKS5 server", "05 ff"_hex, peer_kind::socks5},
        {"HTTP", text_bytes("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"), peer_kind::http},
        {"SSH", text_bytes("SSH-2.0-OpenSSH_9.2\r\n"), peer_kind::ssh},
        {"SMTP", text_bytes("220 mail.example ESMTP\r\n"), peer_kind::mail_or_ftp},
        {"a TLS alert", "15 03 01 00 02 02 46"_hex, peer_kind::tls},
        {"SOCKS6", "06 00 00"_hex, peer_kind::socks6},
        {"noise", bytes(500, 0xEE), peer_kind::unknown},
    };
    for (const stranger& one : strangers) {
        INFO(one.name);
        to_ip().reply(one.answer).fails(failure::protocol, phase::request, {}, one.kind);
    }
}

TEST_CASE("SOCKS4 without an answer is closed, with a part of one it is a broken rule") {
    to_ip().fails(failure::closed, phase::request);
    to_ip().reply("00"_hex).fails(failure::protocol, phase::request);
    to_ip().reply("00 5a 00 50 01 02 03"_hex).fails(failure::protocol, phase::request);
}

} // namespace
} // namespace sockscat::tests
