// SPDX-License-Identifier: MIT
// The bytes are those of RFC 1928, RFC 1929, SOCKS4.protocol, SOCKS4A.protocol and RFC 9110.
#include "serving.hpp"
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include <array>
#include <string>

namespace sockscat::tests {
namespace {

using proto::request_command;
using proto::user_list;
using action = proto::server_step::action;

const address bound = to("198.51.100.7", 40001);

const user_list& alice() {
    static const user_list users = user_list::parse("alice:wonder").value();
    return users;
}

decision refusing(proto::refusal why) {
    return [why](proto::server_handshake& with, int) { with.refuse(why); };
}

// What comes of it is the same whole and byte by byte, nothing behind it is read, and each of its
// beginnings only makes us wait.
served check(
    const bytes& message,
    const user_list* users = nullptr,
    const decision& decide = granting(bound)) {
    const served whole = serve(message, users, decide);
    CHECK(whole.consumed == message.size());
    for (const std::size_t at_once : {1U, 2U, 3U, 5U, 7U, 11U}) {
        CAPTURE(at_once);
        const served other = serve(join(message, text_bytes("payload")), users, decide, at_once);
        CHECK(other.end == whole.end);
        CHECK(other.said == whole.said);
        CHECK(other.consumed == message.size());
    }
    for (std::size_t size = 0; size < message.size(); ++size) {
        CAPTURE(size);
        const bytes beginning{message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size)};
        const served waiting = serve(beginning, users, decide);
        CHECK(waiting.end == action::receive);
        CHECK(waiting.decisions == 0);
        const served closed = serve(beginning, users, decide, SIZE_MAX, true);
        CHECK(closed.end == action::close);
        CHECK(closed.fault.kind == failure::closed);
    }
    return whole;
}

void check_asks(
    const served& got, proxy_protocol protocol, request_command command, const address& target) {
    REQUIRE(got.request);
    CHECK(got.request->protocol == protocol);
    CHECK(got.request->command == command);
    CHECK(got.request->target == target);
}

const bytes greeting = "05 01 00"_hex;
const bytes login =
    join("05 02 00 02 01 05"_hex, text_bytes("alice"), "06"_hex, text_bytes("wonder"));
const bytes to_ipv4 = "05 01 00 01 c0 00 02 01 00 50"_hex;

bytes to_name(std::string_view name) {
    return join(
        "05 01 00 03"_hex, bytes{static_cast<std::uint8_t>(name.size())}, text_bytes(name),
        "01 bb"_hex);
}

std::string text_of(const bytes& said) {
    return {said.begin(), said.end()};
}

// ---- SOCKS5 ------------------------------------------------------------------------------------

TEST_CASE("a client of SOCKS5 asks for an IPv4 address") {
    const served got = check(join(greeting, to_ipv4));
    CHECK(got.end == action::open);
    check_asks(got, proxy_protocol::socks5, request_command::connect, to("192.0.2.1", 80));
    CHECK(got.said == join("05 00"_hex, "05 00 00 01 c6 33 64 07 9c 41"_hex));
}

TEST_CASE("a client of SOCKS5 asks for a name and for an IPv6 address") {
    const std::string longest(255, 'n');
    for (const std::string& name : {std::string{"a"}, std::string{"example.com"}, longest})
        check_asks(
            check(join(greeting, to_name(name))), proxy_protocol::socks5, request_command::connect,
            address{host_name{name}, 443});
    check_asks(
        check(join(
            greeting, "05 01 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 50"_hex)),
        proxy_protocol::socks5, request_command::connect, to("2001:db8::1", 80));
}

TEST_CASE("each command of SOCKS5 is known, and any other is answered with 07") {
    for (int cmd = 0; cmd < 256; ++cmd) {
        CAPTURE(cmd);
        bytes request = to_ipv4;
        request[1] = static_cast<std::uint8_t>(cmd);
        const served got = check(join(greeting, request));
        const bool is_known = (cmd >= 1 && cmd <= 3) || cmd == 0xF0 || cmd == 0xF1;
        CHECK((got.end == action::open) == is_known);
        CHECK(got.request.has_value() == is_known);
        if (!is_known)
            CHECK(got.said == join("05 00"_hex, "05 07 00 01 00 00 00 00 00 00"_hex));
    }
}

TEST_CASE("an address type that no one assigned is answered with 08 at once") {
    for (int type = 0; type < 256; ++type) {
        if (type == 1 || type == 3 || type == 4)
            continue;
        CAPTURE(type);
        const served got = check(join(greeting, bytes{5, 1, 0, static_cast<std::uint8_t>(type)}));
        CHECK(got.end == action::close);
        CHECK(got.said == join("05 00"_hex, "05 08 00 01 00 00 00 00 00 00"_hex));
    }
}

TEST_CASE("a name that no proxy is asked for is answered with 01") {
    for (const std::string& name :
         {std::string{}, std::string{"a\0b", 3}, std::string{"a\nb"}, std::string{"a\x7f"},
          std::string{"a:80"}}) {
        const served got = check(join(greeting, to_name(name)));
        CHECK(got.end == action::close);
        CHECK_FALSE(got.request);
        CHECK(got.said == join("05 00"_hex, "05 01 00 01 00 00 00 00 00 00"_hex));
    }
}

TEST_CASE("without users method 00 is chosen among any others, and nothing else") {
    CHECK(check(join("05 03 02 01 00"_hex, to_ipv4)).said[1] == 0x00);
    for (const bytes& offer : {"05 00"_hex, "05 01 02"_hex, "05 02 01 03"_hex}) {
        const served got = check(offer);
        CHECK(got.said == "05 ff"_hex);
        CHECK(got.end == action::close);
        CHECK(got.fault.kind == failure::no_method);
    }
    bytes longest = "05 ff"_hex;
    longest.resize(2 + 255, 0x80);
    longest.back() = 0x00;
    CHECK(serve(join(longest, to_ipv4), nullptr, granting(bound)).end == action::open);
}

TEST_CASE("with users no one is served without a login") {
    const served got = check(join(login, to_ipv4), &alice());
    CHECK(got.end == action::open);
    CHECK(got.said == join("05 02"_hex, "01 00"_hex, "05 00 00 01 c6 33 64 07 9c 41"_hex));
    CHECK(check(greeting, &alice()).said == "05 ff"_hex);
}

TEST_CASE("a wrong login is answered with a status that is not 0, and the connection ends") {
    for (std::size_t at : {std::size_t{6}, std::size_t{10}, login.size() - 1}) {
        bytes wrong = login;
        ++wrong[at];
        const served got = check(wrong, &alice());
        CHECK(got.said == join("05 02"_hex, "01 01"_hex));
        CHECK(got.end == action::close);
        CHECK(got.fault.kind == failure::credentials);
        CHECK(to_string(got.fault).find("wonder") == std::string::npos);
    }
    CHECK(check("05 01 02 01 00 00"_hex, &alice()).said == join("05 02"_hex, "01 01"_hex));
    CHECK(
        serve("05 01 02 05 00 00"_hex, &alice(), granting(bound)).said ==
        "05 02"_hex); // not RFC 1929
}

TEST_CASE("the longest login is read to its end") {
    const std::string longest(255, 'x');
    const user_list users = user_list::parse(longest + ":" + longest).value();
    const bytes said =
        join("05 01 02 01 ff"_hex, text_bytes(longest), "ff"_hex, text_bytes(longest), to_ipv4);
    CHECK(serve(said, &users, granting(bound), 1).end == action::open);
    CHECK(serve(said, &users, granting(bound)).end == action::open);
}

TEST_CASE("a request in another version than 5 ends the connection") {
    bytes request = to_ipv4;
    request[0] = 0x04;
    const served got = check(join(greeting, request));
    CHECK(got.end == action::close);
    CHECK(got.said == "05 00"_hex);
}

TEST_CASE("a refusal has the REP of the proxy behind us") {
    const served got = check(
        join(greeting, to_ipv4), nullptr, refusing({std::uint8_t{0xF0}, http_status::bad_gateway}));
    CHECK(got.end == action::close);
    CHECK(got.said == join("05 00"_hex, "05 f0 00 01 00 00 00 00 00 00"_hex));
}

TEST_CASE("BIND has two replies") {
    bytes request = to_ipv4;
    request[1] = 0x02;
    const served got =
        check(join(greeting, request), nullptr, [](proto::server_handshake& with, int time) {
            if (time == 1)
                with.announce(to("198.51.100.7", 1));
            else
                with.grant(to("2001:db8::1", 2));
        });
    CHECK(got.decisions == 2);
    CHECK(got.end == action::open);
    CHECK(
        got.said == join(
                        "05 00"_hex, "05 00 00 01 c6 33 64 07 00 01"_hex,
                        "05 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 02"_hex));
}

// ---- SOCKS4 ------------------------------------------------------------------------------------

bytes socks4(std::string_view user, const bytes& ip = "c0 00 02 01"_hex, std::uint8_t cd = 1) {
    return join(bytes{4, cd}, "00 50"_hex, ip, text_bytes(user), "00"_hex);
}

TEST_CASE("a client of SOCKS4 asks for an IPv4 address") {
    for (const std::string& user : {std::string{}, std::string{"u"}, std::string(255, 'u')}) {
        const served got = check(socks4(user));
        CHECK(got.end == action::open);
        check_asks(got, proxy_protocol::socks4, request_command::connect, to("192.0.2.1", 80));
        CHECK(got.said == "00 5a 9c 41 c6 33 64 07"_hex);
    }
}

TEST_CASE("a client of SOCKS4a asks for a name") {
    for (const std::string& name :
         {std::string{"a"}, std::string{"example.com"}, std::string(255, 'n')}) {
        const served got = check(join(socks4("u", "00 00 00 01"_hex), text_bytes(name), "00"_hex));
        check_asks(
            got, proxy_protocol::socks4, request_command::connect, address{host_name{name}, 80});
    }
}

TEST_CASE("0.0.0.0 announces no name") {
    check_asks(
        check(socks4("", "00 00 00 00"_hex, 2)), proxy_protocol::socks4, request_command::bind,
        to("0.0.0.0", 80));
}

TEST_CASE("a command of SOCKS4 that no one assigned, or a text without an end, is 91") {
    const bytes rejected = "00 5b 00 00 00 00 00 00"_hex;
    for (int cd = 0; cd < 256; ++cd) {
        CAPTURE(cd);
        const served got = check(socks4("", "c0 00 02 01"_hex, static_cast<std::uint8_t>(cd)));
        CHECK((got.said == rejected) == !(cd == 1 || cd == 2 || cd == 0xF0));
    }
    const bytes endless(3000, 'u');
    const bytes first = "04 01 00 50 c0 00 02 01"_hex;
    const served user = serve(join(first, endless), nullptr, granting(bound));
    CHECK(user.said == rejected);
    CHECK(user.consumed <= 8 + 258);
    const served name =
        serve(join(socks4("", "00 00 00 01"_hex), endless), nullptr, granting(bound));
    CHECK(name.said == rejected);
    CHECK(name.consumed <= 9 + 258);
    CHECK(check(join(socks4("", "00 00 00 01"_hex), "00"_hex)).said == rejected);
    CHECK(check(join(socks4("", "00 00 00 01"_hex), text_bytes("a:1"), "00"_hex)).said == rejected);
}

TEST_CASE("with users SOCKS4 is rejected, and any refusal is 91") {
    CHECK(check(socks4("alice"), &alice()).said == "00 5b 00 00 00 00 00 00"_hex);
    CHECK(
        check(socks4(""), nullptr, refusing({socks5_reply::not_allowed, http_status::forbidden}))
            .said == "00 5b 00 00 00 00 00 00"_hex);
}

TEST_CASE("SOCKS4 can say no name and no IPv6 address: zeros, or a refusal of RESOLVE") {
    CHECK(
        check(socks4(""), nullptr, granting(to("2001:db8::1", 7))).said ==
        "00 5a 00 07 00 00 00 00"_hex);
    const served got =
        check(socks4("", "c0 00 02 01"_hex, 0xF0), nullptr, granting(to("2001:db8::1", 0)));
    CHECK(got.said[1] == 0x5B);
    CHECK(got.end == action::close);
}

TEST_CASE("only 0.0.0.x announces a name") {
    for (const bytes& ip : {"00 00 01 01"_hex, "00 01 00 01"_hex, "01 00 00 01"_hex}) {
        const served got = check(socks4("", ip));
        REQUIRE(got.request);
        CHECK(std::holds_alternative<ipv4_address>(got.request->target.host));
    }
}

TEST_CASE("a user id of 256 bytes is rejected, wherever it ends") {
    const std::string user(256, 'u');
    for (const bytes& ip : {"c0 00 02 01"_hex, "00 00 00 01"_hex})
        for (const std::size_t at_once : {std::size_t{1}, SIZE_MAX})
            CHECK(
                serve(
                    join(socks4(user, ip), text_bytes("a"), "00"_hex), nullptr, granting(bound),
                    at_once)
                    .said == "00 5b 00 00 00 00 00 00"_hex);
}

// ---- HTTP --------------------------------------------------------------------------------------

const std::string established = "HTTP/1.1 200 Connection established\r\n\r\n";

served http(const std::string& text, const user_list* users = nullptr) {
    return check(text_bytes(text), users);
}

std::string first_line_of(const served& got) {
    const std::string text = text_of(got.said);
    return text.substr(0, text.find("\r\n"));
}

TEST_CASE("a client of HTTP asks with CONNECT") {
    const std::pair<const char*, address> targets[] = {
        {"example.com:443", address{host_name{"example.com"}, 443}},
        {"192.0.2.1:80", to("192.0.2.1", 80)},
        {"[2001:db8::1]:65535", to("2001:db8::1", 65535)},
    };
    for (const auto& [text, target] : targets)
        for (const char* const line_end : {"\r\n", "\n"}) {
            CAPTURE(text);
            const served got = http(
                std::string{"CONNECT "} + text + " HTTP/1.1" + line_end + "Host: elsewhere:1" +
                line_end + line_end);
            check_asks(got, proxy_protocol::http, request_command::connect, target);
            CHECK(text_of(got.said) == established);
        }
    CHECK(text_of(http("CONNECT a:1 HTTP/1.0\r\n\r\n").said) == established);
}

TEST_CASE("another method of HTTP is 405, with the one that there is") {
    for (const char* const method : {"GET", "POST", "OPTIONS", "CONNECTED", "C"}) {
        const served got = http(
            std::string{method} + " http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n");
        CHECK(first_line_of(got) == "HTTP/1.1 405 Method Not Allowed");
        CHECK(text_of(got.said).find("\r\nAllow: CONNECT\r\n") != std::string::npos);
        CHECK(got.end == action::close);
    }
}

TEST_CASE("a request that is not HTTP, or not for a host and a port, is 400") {
    for (const char* const line :
         {"CONNECT example.com HTTP/1.1",
          "CONNECT example.com: HTTP/1.1",
          "CONNECT example.com:0 HTTP/1.1",
          "CONNECT example.com:65536 HTTP/1.1",
          "CONNECT example.com:+80 HTTP/1.1",
          "CONNECT a:8x HTTP/1.1",
          "CONNECT :80 HTTP/1.1",
          "CONNECT 2001:db8::1:80 HTTP/1.1",
          "CONNECT [::1:80 HTTP/1.1",
          "CONNECT [example.com]:80 HTTP/1.1",
          "CONNECT a\tb:80 HTTP/1.1",
          "CONNECT  a:80 HTTP/1.1",
          "CONNECT a:80",
          "CONNECT a:80 HTTP/2",
          "CONNECT a:80 FTP/1.1",
          "CONNECT a:80 HTTP/1.1\r\nno field",
          "CONNECT a:80 HTTP/1.1\r\nno field\r\na: field",
          "CONNECT a:80 HTTP/1.1\r\n folded: x",
          "CONNECT a:80 HTTP/1.1\r\nblank : x",
          "CONNECT a:80 HTTP/1.1\r\n: x"}) {
        CAPTURE(line);
        const served got = http(std::string{line} + "\r\n\r\n");
        CHECK(first_line_of(got) == "HTTP/1.1 400 Bad Request");
        CHECK_FALSE(got.request);
    }
}

TEST_CASE("with users HTTP needs Basic, and says so") {
    const std::string request = "CONNECT a:1 HTTP/1.1\r\n";
    const char* const good[] = {
        "Proxy-Authorization: Basic YWxpY2U6d29uZGVy\r\n",
        "proxy-authorization:basic   YWxpY2U6d29uZGVy \r\n",
        "Accept: x\r\nPROXY-AUTHORIZATION: BASIC YWxpY2U6d29uZGVy\r\n"};
    for (const char* const field : good)
        CHECK(text_of(http(request + field + "\r\n", &alice()).said) == established);
    const char* const bad[] = {
        "",
        "Proxy-Authorization: Basic\r\n",
        "Proxy-Authorization: Basic YWxpY2U6d29uZGVyIQ==\r\n",
        "Proxy-Authorization: Basic YWxpY2U6d29uZGV\r\n",
        "Proxy-Authorization: Digest YWxpY2U6d29uZGVy\r\n",
        "Authorization: Basic YWxpY2U6d29uZGVy\r\n"};
    for (const char* const field : bad) {
        const served got = http(request + field + "\r\n", &alice());
        CHECK(first_line_of(got) == "HTTP/1.1 407 Proxy Authentication Required");
        CHECK(text_of(got.said).find("\r\nProxy-Authenticate: Basic realm=") != std::string::npos);
        CHECK_FALSE(got.request);
    }
    const std::string twice = std::string{good[0]} + good[0];
    CHECK(first_line_of(http(request + twice + "\r\n", &alice())) == "HTTP/1.1 400 Bad Request");
}

TEST_CASE("a header of HTTP without an end is read to a limit") {
    const served got = serve(
        text_bytes("CONNECT a:1 HTTP/1.1\r\nx: " + std::string(100'000, 'x')), nullptr,
        granting(bound));
    CHECK(first_line_of(got) == "HTTP/1.1 400 Bad Request");
    CHECK(got.consumed == proto::max_client_message);
    const std::string field(proto::max_client_message - 31, 'x');
    CHECK(
        serve(
            text_bytes("CONNECT a:1 HTTP/1.1\r\nx: " + field + "\r\n\r\n"), nullptr,
            granting(bound))
            .end == action::open);
}

TEST_CASE("a refusal in HTTP has its status") {
    const std::pair<http_status, const char*> statuses[] = {
        {http_status::forbidden, "HTTP/1.1 403 Forbidden"},
        {http_status::bad_gateway, "HTTP/1.1 502 Bad Gateway"},
        {http_status::gateway_timeout, "HTTP/1.1 504 Gateway Timeout"},
        {http_status::not_implemented, "HTTP/1.1 501 Not Implemented"},
        {http_status::too_many_requests, "HTTP/1.1 502 Bad Gateway"}};
    for (const auto& [status, line] : statuses) {
        const served got = check(
            text_bytes("CONNECT a:1 HTTP/1.1\r\n\r\n"), nullptr,
            refusing({socks5_reply::not_allowed, status}));
        CHECK(first_line_of(got) == line);
        CHECK(text_of(got.said).ends_with("\r\n\r\n"));
    }
}

TEST_CASE("a NUL in a header of HTTP, or a name that is too long, is 400") {
    const std::string nul{"CONNECT a:1 HTTP/1.1\r\nx: \0\r\n\r\n", 30};
    CHECK(first_line_of(http(nul)) == "HTTP/1.1 400 Bad Request");
    const std::string longest(255, 'n');
    CHECK(http("CONNECT " + longest + ":1 HTTP/1.1\r\n\r\n").end == action::open);
    CHECK(
        first_line_of(http("CONNECT " + longest + "n:1 HTTP/1.1\r\n\r\n")) ==
        "HTTP/1.1 400 Bad Request");
}

TEST_CASE("in HTTP an announcement says nothing") {
    const served got = serve(
        text_bytes("CONNECT a:1 HTTP/1.1\r\n\r\n"), nullptr,
        [](proto::server_handshake& with, int time) {
            if (time == 1)
                with.announce(bound);
            else
                with.grant(bound);
        });
    CHECK(got.decisions == 2);
    CHECK(text_of(got.said) == established);
}

// ---- Strangers ---------------------------------------------------------------------------------

TEST_CASE("what begins like no protocol is closed without a word") {
    for (int first = 0; first < 256; ++first) {
        if (first == 4 || first == 5 || (first >= 'A' && first <= 'Z'))
            continue;
        CAPTURE(first);
        const served got =
            serve(bytes(20, static_cast<std::uint8_t>(first)), nullptr, granting(bound));
        CHECK(got.end == action::close);
        CHECK(got.said.empty());
        CHECK(got.consumed <= 2);
        CHECK(got.fault.kind == failure::protocol);
    }
}

TEST_CASE("a client that closes is told apart by whether it said anything") {
    CHECK(
        serve({}, nullptr, granting(bound), 1, true).fault.cause ==
        "it closed the connection without a word");
    CHECK(
        serve("05"_hex, nullptr, granting(bound), 1, true).fault.cause ==
        "it closed the connection in the middle of the handshake");
}

} // namespace
} // namespace sockscat::tests
