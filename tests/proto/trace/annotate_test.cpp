// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include "proto/trace/annotate.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::tests {
namespace {

constexpr message_kind all_kinds[] = {
    message_kind::socks4_request,   message_kind::socks4_reply,
    message_kind::socks5_greeting,  message_kind::socks5_method_selection,
    message_kind::userpass_request, message_kind::userpass_status,
    message_kind::socks5_request,   message_kind::socks5_reply,
    message_kind::chap_message,     message_kind::gssapi_message,
    message_kind::foreign};

std::vector<std::string> rows_of(message_kind kind, const bytes& message) {
    std::vector<std::string> lines;
    for (const trace_row& row : proto::annotate(kind, direction::to_proxy, message).rows)
        lines.push_back((row.bad ? "! " : "") + row.bytes + " | " + row.meaning);
    return lines;
}

using lines = std::vector<std::string>;

TEST_CASE("a greeting is annotated") {
    CHECK(
        rows_of(message_kind::socks5_greeting, "05 02 00 02"_hex) ==
        lines{
            "05 | VER       5", "02 | NMETHODS  2",
            "00 02 | METHODS   0x00 none, 0x02 user name/password"});
}

TEST_CASE("a method selection is annotated") {
    CHECK(
        rows_of(message_kind::socks5_method_selection, "05 ff"_hex) ==
        lines{"05 | VER       5", "ff | METHOD    0xff no acceptable method"});
}

TEST_CASE("a request for a name is annotated") {
    CHECK(
        rows_of(message_kind::socks5_request, "05 01 00 03 01 78 00 50"_hex) ==
        lines{
            "05 | VER       5", "01 | CMD       0x01 CONNECT", "00 | RSV       0",
            "03 | ATYP      0x03 domain", "0178 | DST.ADDR  \"x\"", "0050 | DST.PORT  80"});
}

TEST_CASE("a reply is annotated") {
    CHECK(
        rows_of(message_kind::socks5_reply, "05 05 00 01 c0 00 02 01 1f 90"_hex) ==
        lines{
            "05 | VER       5", "05 | REP       0x05 connection refused", "00 | RSV       0",
            "01 | ATYP      0x01 IPv4", "c0000201 | BND.ADDR  192.0.2.1", "1f90 | BND.PORT  8080"});
    CHECK(
        rows_of(
            message_kind::socks5_reply, join("05 00 00 04"_hex, bytes(15, 0), "01 00 50"_hex))[4] ==
        "00000000000000000000000000000001 | BND.ADDR  ::1");
}

TEST_CASE("SOCKS4 messages are annotated") {
    CHECK(
        rows_of(message_kind::socks4_request, "04 01 00 50 00 00 00 01 75 00 78 00"_hex) ==
        lines{
            "04 | VN        4", "01 | CD        0x01 CONNECT", "0050 | DSTPORT   80",
            "00000001 | DSTIP     0.0.0.1", "75 00 | USERID    \"u\"", "78 00 | NAME      \"x\""});
    CHECK(
        rows_of(message_kind::socks4_request, "04 01 00 50 c0 00 02 01 00"_hex).back() ==
        "00 | USERID    \"\"");
    CHECK(
        rows_of(message_kind::socks4_reply, "00 5b 00 00 00 00 00 00"_hex) ==
        lines{
            "00 | VN        0", "5b | CD        0x5b rejected or failed", "0000 | DSTPORT   0",
            "00000000 | DSTIP     0.0.0.0"});
}

TEST_CASE("a login shows the user name and hides the password") {
    CHECK(
        rows_of(message_kind::userpass_request, "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"_hex) ==
        lines{
            "01 | VER       1", "05 616c696365 | UNAME     \"alice\"",
            "06 ****** | PASSWD    (6 bytes hidden)"});
    CHECK(
        rows_of(message_kind::userpass_request, "01 01 61 01 62"_hex).back() ==
        "01 ****** | PASSWD    (1 byte hidden)");
    CHECK(
        rows_of(message_kind::userpass_status, "01 ff"_hex) ==
        lines{"01 | VER       1", "ff | STATUS    0xff failure"});
}

TEST_CASE("no row depends on the bytes of a password, whole or cut short") {
    const auto login = [](char filler) {
        return join("01 01 75 08"_hex, bytes(8, static_cast<std::uint8_t>(filler)));
    };
    for (std::size_t size = 0; size <= login('a').size(); ++size) {
        CAPTURE(size);
        const bytes one = login('a');
        const bytes other = login('\xfe');
        const auto end = static_cast<std::ptrdiff_t>(size);
        CHECK(
            rows_of(message_kind::userpass_request, {one.begin(), one.begin() + end}) ==
            rows_of(message_kind::userpass_request, {other.begin(), other.begin() + end}));
    }
}

TEST_CASE("CHAP shows all but the response") {
    CHECK(
        rows_of(message_kind::chap_message, "01 02 11 01 85 02 02 61 6c"_hex) ==
        lines{
            "01 | VER       1", "02 | NAVAS     2", "110185 | ALGORITHM 0x85 HMAC-MD5",
            "0202616c | USER      \"al\""});
    CHECK(
        rows_of(message_kind::chap_message, "01 02 03 02 aa bb 77 00"_hex) ==
        lines{
            "01 | VER       1", "02 | NAVAS     2", "0302aabb | CHALLENGE 2 bytes",
            "7700 | unknown   0 bytes"});
    CHECK(
        rows_of(message_kind::chap_message, "01 02 00 01 ff 01 02 1b 61"_hex) ==
        lines{
            "01 | VER       1", "02 | NAVAS     2", "0001ff | STATUS    0xff failure",
            "01021b61 | TEXT      \"\\x1ba\""});
    const bytes response = join("01 01 04 10"_hex, bytes(16, 0x5a));
    for (std::size_t size = 0; size <= response.size(); ++size) {
        const auto end = response.begin() + static_cast<std::ptrdiff_t>(size);
        for (const std::string& row : rows_of(message_kind::chap_message, {response.begin(), end}))
            CHECK(row.find("5a") == std::string::npos);
    }
    CHECK(
        rows_of(message_kind::chap_message, response).back() ==
        "0410 ****** | RESPONSE  (16 bytes hidden)");
}

TEST_CASE("GSSAPI shows no token") {
    CHECK(
        rows_of(message_kind::gssapi_message, "01 01 00 02 5a 5a"_hex) ==
        lines{
            "01 | VER       1", "01 | MTYP      0x01 token", "0002 | LEN       2",
            "****** | TOKEN     (2 bytes hidden)"});
    CHECK(
        rows_of(message_kind::gssapi_message, "01 01 00 01 5a"_hex).back() ==
        "****** | TOKEN     (1 byte hidden)");
    CHECK(rows_of(message_kind::gssapi_message, "01 02 00 00"_hex).back() == "0000 | LEN       0");
    CHECK(
        rows_of(message_kind::gssapi_message, "01 ff"_hex) ==
        lines{"01 | VER       1", "ff | MTYP      0xff abort"});
}

TEST_CASE("a message cut short anywhere is annotated as far as it goes") {
    const std::vector<std::pair<message_kind, bytes>> messages{
        {message_kind::socks5_reply, "05 00 00 03 04 68 6f 73 74 00 50"_hex},
        {message_kind::socks5_request, "05 01 00 01 c0 00 02 01 00 50"_hex},
        {message_kind::socks4_reply, "00 5a 00 50 c0 00 02 01"_hex},
        {message_kind::socks5_method_selection, "05 00"_hex},
        {message_kind::userpass_status, "01 00"_hex},
    };
    for (const auto& [kind, whole] : messages) {
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            CAPTURE(to_string(kind), size);
            const auto message =
                proto::annotate(kind, direction::from_proxy, base::byte_view{whole}.first(size));
            CHECK(message.size == size);
            CHECK(message.rows.empty() == (size == 0));
        }
    }
    CHECK(
        rows_of(message_kind::socks4_reply, "00 5a 00"_hex).back() == "! 00 | DSTPORT   cut short");
}

TEST_CASE("bytes behind a message, and an unknown address type, are marked") {
    CHECK(
        rows_of(message_kind::socks5_method_selection, "05 ff 01 02"_hex).back() ==
        "! 01 02 | unexpected bytes");
    const auto rows = rows_of(message_kind::socks5_reply, "05 01 00 00 00 00"_hex);
    CHECK(rows[3] == "00 | ATYP      0x00 unknown address type");
    CHECK(rows[4] == "! 00 00 | unexpected bytes");
}

TEST_CASE("no message makes a row with a control character") {
    for (const message_kind kind : all_kinds) {
        for (unsigned first = 0; first < 256; ++first) {
            const bytes hostile = join(
                bytes{0x05, static_cast<std::uint8_t>(first), 0x00, 0x03, 0x04},
                "1b 0a 07 ff 9b e2 80 ae 7f"_hex);
            for (const trace_row& row :
                 proto::annotate(kind, direction::from_proxy, hostile).rows) {
                const std::string line = row.bytes + row.meaning;
                if (!std::all_of(
                        line.begin(), line.end(), [](char c) { return c >= 0x20 && c != 0x7F; }))
                    FAIL("control character in a row of " << to_string(kind));
            }
        }
    }
    SUCCEED();
}

TEST_CASE("what is no SOCKS is shown 16 bytes a row") {
    const auto rows = rows_of(message_kind::foreign, text_bytes("HTTP/1.1 400 Bad Request\r\n"));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == "48 54 54 50 2f 31 2e 31 20 34 30 30 20 42 61 64 | \"HTTP/1.1 400 Bad\"");
    CHECK(rows[1] == "20 52 65 71 75 65 73 74 0d 0a | \" Request\\x0d\\x0a\"");
}

TEST_CASE("every command has its word") {
    const auto word = [](std::uint8_t command) {
        return rows_of(message_kind::socks5_request, {0x05, command, 0x00})[1].substr(15);
    };
    CHECK(word(0x01) == "0x01 CONNECT");
    CHECK(word(0x02) == "0x02 BIND");
    CHECK(word(0x03) == "0x03 UDP ASSOCIATE");
    CHECK(word(0xF0) == "0xf0 RESOLVE");
    CHECK(word(0xF1) == "0xf1 RESOLVE_PTR");
    CHECK(word(0x04) == "0x04 unknown command");
}

TEST_CASE("a SOCKS4 request cut short is annotated as far as it goes") {
    const auto last_of = [](const bytes& request) {
        return rows_of(message_kind::socks4_request, request).back();
    };
    CHECK(last_of("04 01 00 50 00 00 00 01"_hex) == "00000001 | DSTIP     0.0.0.1");
    CHECK(last_of("04 01 00 50 00 00 00"_hex) == "! 000000 | DSTIP     cut short");
    CHECK(last_of("04 01 00 50 00 00 00 01 75 00"_hex) == "75 00 | USERID    \"u\"");
    CHECK(last_of("04 01 00 50 00 00 00 01 75 00 78 79"_hex) == "! 7879 | NAME      cut short");
    CHECK(last_of("04 01 00 50 00 00 00 01 00 78 00 ff"_hex) == "! ff | unexpected bytes");
}

TEST_CASE("the header of a datagram is annotated") {
    CHECK(
        rows_of(message_kind::udp_header, "00 00 00 01 c0 00 02 01 00 35"_hex) ==
        lines{
            "0000 | RSV       0", "00 | FRAG      0", "01 | ATYP      0x01 IPv4",
            "c0000201 | DST.ADDR  192.0.2.1", "0035 | DST.PORT  53"});
    CHECK(
        rows_of(message_kind::udp_header, "00 00 01"_hex) ==
        lines{"0000 | RSV       0", "01 | FRAG      1"});
    CHECK(
        rows_of(message_kind::udp_header, "00 00 00 03"_hex).back() ==
        "03 | ATYP      0x03 domain");
}

TEST_CASE("lines of HTTP are shown one by one, whole or not, without credentials") {
    CHECK(
        rows_of(
            message_kind::http_request,
            text_bytes("CONNECT x:1 HTTP/1.1\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n")) ==
        lines{" | CONNECT x:1 HTTP/1.1", " | Proxy-Authorization: Basic (hidden)"});
    CHECK(rows_of(message_kind::http_reply, text_bytes("HTTP/1.1 2")) == lines{" | HTTP/1.1 2"});
    CHECK(
        rows_of(message_kind::http_reply, text_bytes("HTTP/1.1 200\r\r\nA: b\n\n")) ==
        lines{" | HTTP/1.1 200", " | A: b"});
    CHECK(
        rows_of(message_kind::http_request, text_bytes("Proxy-Authorization: Basic c2VjcmV0")) ==
        lines{" | Proxy-Authorization: Basic (hidden)"});
}

TEST_CASE("every attribute of CHAP has its name and, where it is one, its meaning") {
    const auto row = [](const bytes& attribute) {
        return rows_of(message_kind::chap_message, join("01 01"_hex, attribute)).back();
    };
    CHECK(row("00 01 00"_hex) == "000100 | STATUS    0x00 success");
    CHECK(row("00 01 01"_hex) == "000101 | STATUS    0x01 failure");
    CHECK(row("00 02 00 00"_hex) == "00020000 | STATUS    2 bytes");
    CHECK(row("01 02 6f 6b"_hex) == "01026f6b | TEXT      \"ok\"");
    CHECK(row("05 01 61"_hex) == "050161 | CHARSET   1 byte");
    CHECK(row("10 02 01 02"_hex) == "10020102 | IDENT     2 bytes");
    CHECK(row("11 01 85"_hex) == "110185 | ALGORITHM 0x85 HMAC-MD5");
    CHECK(row("11 01 05"_hex) == "110105 | ALGORITHM 0x05 not offered");
    CHECK(row("11 02 05 85"_hex) == "11020585 | ALGORITHM 2 bytes");
    CHECK(row("03 04 aa"_hex) == "! 0304aa | CHALLENGE cut short");
    CHECK(row("03"_hex) == "! 03 | CHALLENGE cut short");
    CHECK(row("04 10 5a"_hex) == "! 0410 ****** | RESPONSE  (16 bytes hidden)");
    CHECK(row(""_hex) == "01 | NAVAS     1");
    CHECK(rows_of(message_kind::chap_message, "01"_hex) == lines{"01 | VER       1"});
}

TEST_CASE("every type of GSSAPI message has its name") {
    const auto word = [](std::uint8_t type) {
        return rows_of(message_kind::gssapi_message, {0x01, type})[1].substr(15);
    };
    CHECK(word(0x01) == "0x01 token");
    CHECK(word(0x02) == "0x02 protection level");
    CHECK(word(0x03) == "0x03 message");
    CHECK(word(0xFF) == "0xff abort");
    CHECK(word(0x04) == "0x04 unknown");
    for (const bytes& wrong : {"01 01 00 02 5a"_hex, "01 01 00 01 5a 5a"_hex})
        CHECK(rows_of(message_kind::gssapi_message, wrong).back().starts_with("! ****** | TOKEN"));
}

TEST_CASE("a greeting and a login cut short are annotated as far as they go") {
    const auto greeting = [](const bytes& message) {
        return rows_of(message_kind::socks5_greeting, message);
    };
    CHECK(greeting({}).empty());
    CHECK(greeting("05"_hex) == lines{"05 | VER       5"});
    CHECK(greeting("05 02"_hex) == lines{"05 | VER       5", "02 | NMETHODS  2"});
    CHECK(greeting("05 02 00"_hex).back() == "! 00 | METHODS   0x00 none");
    const auto login = [](const bytes& message) {
        return rows_of(message_kind::userpass_request, message);
    };
    CHECK(login("01"_hex) == lines{"01 | VER       1"});
    CHECK(login("01 01 75"_hex).back() == "01 75 | UNAME     \"u\"");
    CHECK(login("01 02 75"_hex).back() == "! 02 75 | UNAME     \"u\"");
    CHECK(login("01 01 75 02 70"_hex).back() == "! 02 ****** | PASSWD    (2 bytes hidden)");
}

} // namespace
} // namespace sockscat::tests
