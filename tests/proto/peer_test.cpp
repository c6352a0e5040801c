// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include "proto/peer.hpp"

namespace sockscat::tests {
namespace {

using proto::classify;
using proto::describe;

std::string said_of(const bytes& answer) {
    return describe(classify(answer), answer);
}

TEST_CASE("a peer is known by its first bytes") {
    CHECK(classify({}) == peer_kind::unknown);
    CHECK(classify(text_bytes("HTTP/1.1 200 OK")) == peer_kind::http);
    CHECK(classify(text_bytes("<!DOCTYPE html>")) == peer_kind::http);
    CHECK(classify(text_bytes("SSH-1.99-")) == peer_kind::ssh);
    CHECK(classify(text_bytes("220-ftp")) == peer_kind::mail_or_ftp);
    CHECK(classify(text_bytes("554 no")) == peer_kind::mail_or_ftp);
    CHECK(classify(text_bytes("* OK")) == peer_kind::mail_or_ftp);
    CHECK(classify(text_bytes("+OK")) == peer_kind::mail_or_ftp);
    CHECK(classify("16 03 03"_hex) == peer_kind::tls);
    CHECK(classify("15 03 01"_hex) == peer_kind::tls);
    CHECK(classify("15"_hex) == peer_kind::tls);
    CHECK(classify("15 04"_hex) == peer_kind::unknown);
    CHECK(classify("05"_hex) == peer_kind::socks5);
    CHECK(classify("06"_hex) == peer_kind::socks6);
    for (const auto& code : {"5a"_hex, "5b"_hex, "5c"_hex, "5d"_hex}) {
        CHECK(classify(join("00"_hex, code)) == peer_kind::socks4);
        CHECK(classify(join("04"_hex, code)) == peer_kind::socks4);
    }
    CHECK(classify("00 59"_hex) == peer_kind::unknown);
    CHECK(classify("00 5e"_hex) == peer_kind::unknown);
    CHECK(classify("ff"_hex) == peer_kind::unknown);
}

TEST_CASE("a peer that says text is quoted with its first line") {
    CHECK(
        said_of(text_bytes("SSH-2.0-x\r\nmore")) ==
        "this is an SSH server, not a SOCKS proxy: \"SSH-2.0-x\"");
    CHECK(
        said_of(text_bytes("hello\nworld")) ==
        "this is not a SOCKS proxy: its answer begins with \"hello\"");
}

TEST_CASE("a peer that says no text is shown in hexadecimal, eight bytes of it") {
    CHECK(
        said_of("ff fe 00 01 02 03 04 05 06 07"_hex) ==
        "this is not a SOCKS proxy: its answer begins with ff fe 00 01 02 03 04 05");
    CHECK(said_of("16 03 01"_hex) == "this is a TLS port (16 03 01)");
    CHECK(said_of("ff"_hex) == "this is not a SOCKS proxy: its answer begins with ff");
    CHECK(said_of({}) == "this is not a SOCKS proxy");
}

TEST_CASE("where an HTTP proxy was wanted, nobody is blamed for being no SOCKS proxy") {
    const auto said = [](const bytes& answer) {
        return describe(classify(answer), answer, proto::wanted_peer::http_proxy);
    };
    CHECK(
        said(text_bytes("SSH-2.0-x\r\n")) ==
        "this is an SSH server, not an HTTP proxy: \"SSH-2.0-x\"");
    CHECK(said("05 ff"_hex) == "this is a SOCKS5 proxy, not an HTTP proxy (05 ff)");
    CHECK(said("00 5b"_hex) == "this is a SOCKS4 proxy, not an HTTP proxy (00 5b)");
    CHECK(said("ff"_hex) == "this is not an HTTP proxy: its answer begins with ff");
    CHECK(said({}) == "this is not an HTTP proxy");
}

TEST_CASE("what a peer says is cut to 80 characters and escaped") {
    const std::string line(200, 'a');
    CHECK(
        said_of(text_bytes("HTTP/" + line)).find(std::string(75, 'a') + "\"") != std::string::npos);
    const std::string dangerous = said_of(text_bytes("HTTP/\x1b[2J\x07\xff"));
    CHECK(dangerous.find("\\x1b[2J\\x07\\xff") != std::string::npos);
    CHECK(dangerous.find('\x1b') == std::string::npos);
}

TEST_CASE(
    "where no SOCKS proxy was expected, a peer is named without a word about what it is not") {
    const auto said = [](const bytes& answer) {
        return proto::describe_plain(classify(answer), answer);
    };
    CHECK(said(text_bytes("HTTP/1.1 400 No\r\n")) == "this is an HTTP server: \"HTTP/1.1 400 No\"");
    CHECK(said(text_bytes("SSH-2.0-x\r\n")) == "this is an SSH server: \"SSH-2.0-x\"");
    CHECK(said(text_bytes("220 x\r\n")) == "this is a mail or FTP server: \"220 x\"");
    CHECK(said("00 5b"_hex) == "this is a SOCKS proxy (00 5b)");
    CHECK(said("05 ff"_hex) == "this is a SOCKS proxy (05 ff)");
    CHECK(said("06 00"_hex) == "this is a SOCKS proxy (06 00)");
    CHECK(said("15 03 01"_hex) == "its answer begins with 15 03 01");
    CHECK(said("ff"_hex) == "its answer begins with ff");
    CHECK(said(text_bytes("hello\nworld")) == "its answer begins with \"hello\"");
}

TEST_CASE("every kind of peer has its sentence") {
    CHECK(
        said_of(text_bytes("220 x\r\n")) ==
        "this is a mail or FTP server, not a SOCKS proxy: \"220 x\"");
    CHECK(said_of(text_bytes("<html>")) == "this is an HTTP server, not a SOCKS proxy: \"<html>\"");
    CHECK(said_of("00 5b"_hex) == "it speaks SOCKS4, not SOCKS5 (00 5b)");
    CHECK(said_of("05 ff"_hex) == "it speaks SOCKS5, not SOCKS4 (05 ff)");
    CHECK(said_of("06 00"_hex) == "it speaks SOCKS version 6 (06 00)");
    CHECK(classify("04"_hex) == peer_kind::socks4);
    CHECK(classify("04 59"_hex) == peer_kind::unknown);
    CHECK(classify("04 5e"_hex) == peer_kind::unknown);
}

TEST_CASE("text is known by its first two bytes") {
    CHECK(proto::is_text("09"_hex));
    CHECK(proto::is_text("20 7e"_hex));
    CHECK_FALSE(proto::is_text("1f 20"_hex));
    CHECK_FALSE(proto::is_text("7f"_hex));
    CHECK_FALSE(proto::is_text("20 00"_hex));
    CHECK_FALSE(proto::is_text("20 80"_hex));
}

} // namespace
} // namespace sockscat::tests
