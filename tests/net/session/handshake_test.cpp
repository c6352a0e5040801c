// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/recorder.hpp"
#include "support/run.hpp"
#include "support/streams.hpp"

#include <sockscat/client.hpp>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

const bytes zero_reply = "05 00 00 01 00 00 00 00 00 00"_hex;

address to_ip() {
    return {parse_host("192.0.2.1").value(), 80};
}

result<address> shake(stream& over, const std::string& url, const handshake_options& options = {}) {
    const proxy_spec proxy = parse_proxy_url(url).value();
    const address destination = to_ip();
    const stopwatch watch;
    auto outcome = run(handshake(std::make_unique<lent_stream>(over), proxy, destination, options));
    CHECK(watch.elapsed() < 3s);
    if (!outcome)
        return outcome.error();
    return outcome.value().bound();
}

TEST_CASE("a handshake runs over a stream of the caller's own, and leaves the payload in it") {
    for (const std::size_t at_once : {std::size_t{1}, std::size_t{3}, SIZE_MAX}) {
        memory_stream over{join("05 00"_hex, zero_reply, text_bytes("SSH-2.0-")), at_once};
        const auto bound = shake(over, "proxy.example");
        REQUIRE(bound);
        CHECK(to_string(bound.value()) == "0.0.0.0:0");
        CHECK(
            over.writes == std::vector<bytes>{"05 01 00"_hex, "05 01 00 01 c0 00 02 01 00 50"_hex});
        CHECK(over.left() == text_bytes("SSH-2.0-"));
    }
}

TEST_CASE("a handshake offers none, and password when there are credentials") {
    memory_stream plain{{}};
    CHECK_FALSE(shake(plain, "proxy.example"));
    CHECK(plain.writes == std::vector<bytes>{"05 01 00"_hex});
    memory_stream with_login{{}};
    CHECK_FALSE(shake(with_login, "u:p@proxy.example"));
    CHECK(with_login.writes == std::vector<bytes>{"05 02 00 02"_hex});
    memory_stream told{{}};
    handshake_options options;
    options.methods = {auth_method::password};
    CHECK_FALSE(shake(told, "u:p@proxy.example", options));
    CHECK(told.writes == std::vector<bytes>{"05 01 02"_hex});
}

TEST_CASE("every message is written in one piece") {
    memory_stream over{join("05 02"_hex, "01 00"_hex, zero_reply)};
    handshake_options options;
    options.methods = {auth_method::password};
    options.pipeline = true;
    REQUIRE(shake(over, "alice:secret@proxy.example", options));
    CHECK(
        over.writes ==
        std::vector<bytes>{
            "05 01 02 01 05 61 6c 69 63 65 06 73 65 63 72 65 74 05 01 00 01 c0 00 02 01 00 50"_hex});
}

TEST_CASE("an error of a handshake names the hop") {
    memory_stream over{"05 ff"_hex};
    const auto failed = shake(over, "proxy.example:81");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure::no_method);
    CHECK(failed.error().hop == "proxy.example:81");
}

TEST_CASE("a write that fails does not hide what the proxy said before it closed") {
    memory_stream over{"05 ff"_hex};
    over.write_fails = std::make_error_code(std::errc::broken_pipe);
    const auto failed = shake(over, "proxy.example");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure::no_method);
}

TEST_CASE("a reset before a reply is a close, with its reason") {
    memory_stream over{{}};
    over.ends_with = std::make_error_code(std::errc::connection_reset);
    const auto failed = shake(over, "proxy.example");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure::closed);
    CHECK(failed.error().cause.find("reset") != std::string::npos);
}

TEST_CASE("a password that crosses a network in clear is announced before it is sent") {
    for (const bool is_private : {true, false}) {
        recorder seen;
        handshake_options options;
        options.watch = &seen;
        memory_stream over{join("05 02"_hex, "01 00"_hex, zero_reply)};
        over.is_on_loopback = is_private;
        REQUIRE(shake(over, "alice:secret@proxy.example", options));
        CHECK(seen.has("password in clear") == !is_private);
        CHECK(seen.events.back() == "end");
    }
    recorder seen;
    handshake_options options;
    options.watch = &seen;
    memory_stream over{join("05 00"_hex, zero_reply)};
    over.is_on_loopback = false;
    REQUIRE(shake(over, "alice:secret@proxy.example", options));
    CHECK_FALSE(seen.has("password in clear")); // it was not asked for
}

TEST_CASE("a password for an HTTP proxy is announced as well, and nothing where there is none") {
    for (const bool is_private : {true, false}) {
        for (const std::string login : {"alice:secret@", "alice@", ""}) {
            recorder seen;
            handshake_options options;
            options.watch = &seen;
            memory_stream over{text_bytes("HTTP/1.1 200 OK\r\n\r\n")};
            over.is_on_loopback = is_private;
            REQUIRE(shake(over, "http://" + login + "proxy.example", options));
            CHECK(seen.has("password in clear") == (!is_private && !login.empty()));
        }
    }
}

TEST_CASE("what a stranger says is shown in the trace") {
    recorder seen;
    handshake_options options;
    options.watch = &seen;
    memory_stream over{text_bytes("HTTP/1.1 400 Bad\r\n")};
    CHECK_FALSE(shake(over, "proxy.example", options));
    CHECK(seen.has("received not a SOCKS message"));
}

TEST_CASE("a handshake that cannot be carried writes nothing") {
    memory_stream over{{}};
    const proxy_spec proxy = parse_proxy_url("socks4a://proxy.example").value();
    const address destination{parse_host("2001:db8::1").value(), 80};
    const handshake_options options;
    const auto failed =
        run(handshake(std::make_unique<lent_stream>(over), proxy, destination, options));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure::usage);
    CHECK(over.writes.empty());
}

TEST_CASE("a method that needs a user name is not tried without one") {
    for (const auth_method needy : {auth_method::password, auth_method::chap}) {
        memory_stream over{{}};
        handshake_options options;
        options.methods = {needy};
        const auto refused = shake(over, "proxy.example", options);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == failure::usage);
        CHECK(over.writes.empty());
    }
}

TEST_CASE("methods are for SOCKS5: an HTTP hop with credentials gets them") {
    memory_stream over{{}};
    handshake_options options;
    options.methods = {auth_method::none};
    CHECK_FALSE(shake(over, "http://u:p@proxy.example", options));
    REQUIRE(over.writes.size() == 1);
    const std::string request{over.writes[0].begin(), over.writes[0].end()};
    CHECK(request.find("Proxy-Authorization: Basic dTpw\r\n") != std::string::npos);
}

} // namespace
} // namespace sockscat::tests
