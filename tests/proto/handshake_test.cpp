// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/transcript.hpp"

namespace sockscat::tests {
namespace {

using proto::make_handshake;
using proto::socks5::method;

void refuses(const proto::handshake_request& request, std::string_view part) {
    const auto made = make_handshake(request);
    INFO(part);
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == failure::usage);
    CHECK(made.error().at == phase::none);
    CHECK(made.error().cause.find(part) != std::string::npos);
}

TEST_CASE("what no version can carry is refused before a byte is sent") {
    const std::string over(256, 'x');
    for (const auto protocol : {proxy_protocol::socks4, proxy_protocol::socks5}) {
        const auto request_to = [protocol](address where) {
            proto::handshake_request request;
            request.protocol = protocol;
            request.destination = std::move(where);
            return request;
        };
        refuses(request_to({host_name{""}, 80}), "this one has 0");
        refuses(request_to({host_name{over}, 80}), "this one has 256");
        refuses(request_to({host_name{std::string{"a\0b", 3}}, 80}), "NUL");
        refuses(request_to(to("192.0.2.1", 0)), "port 0");
        auto request = request_to(to("192.0.2.1", 80));
        request.user = over;
        refuses(request, "longer than 255");
        request.user = "u";
        request.password = over;
        refuses(request, "longer than 255");
    }
}

TEST_CASE("what SOCKS4 cannot carry is refused before a byte is sent") {
    refuses(socks4_request(to("2001:db8::1", 80)), "IPv6 address 2001:db8::1");
    refuses(socks4_request(to("0.0.0.1", 80)), "0.0.0.1");
    refuses(socks4_request(to("0.0.0.0", 80)), "0.0.0.0");
    refuses(socks4_request(to("0.0.0.255", 80)), "0.0.0.255");
    refuses(socks4_request(to("192.0.2.1", 80), std::string_view{"a\0b", 3}), "NUL");
    CHECK(make_handshake(socks4_request(to("0.0.1.0", 80))));
}

TEST_CASE("SOCKS5 needs a method to offer, and exactly one to pipeline") {
    refuses(socks5_request(to("192.0.2.1", 80), {}), "no authentication method");
    refuses(
        socks5_request(to("192.0.2.1", 80), std::vector<method>(256, method::none)),
        "no authentication method");
    auto request = socks5_request(to("192.0.2.1", 80), {method::none, method::password});
    request.pipeline = true;
    refuses(request, "exactly one");
    request.methods = {method::none};
    CHECK(make_handshake(request));
}

TEST_CASE("SOCKS5 reaches the addresses that SOCKS4 cannot") {
    CHECK(make_handshake(socks5_request(to("2001:db8::1", 80))));
    CHECK(make_handshake(socks5_request(to("0.0.0.1", 80))));
}

TEST_CASE("SOCKS4 waits for anybody at 0.0.0.0, and for no other address that means a name") {
    const auto bind_for = [](std::string_view peer) {
        auto request = socks4_request(to(peer, 80));
        request.command = proto::request_command::bind;
        return request;
    };
    CHECK(make_handshake(bind_for("0.0.0.0")));
    CHECK(make_handshake(bind_for("192.0.2.1")));
    CHECK(make_handshake(bind_for("peer.test")));
    refuses(bind_for("0.0.0.1"), "0.0.0.1");
    // Only 0.0.0.0/24 means a name.
    CHECK(make_handshake(socks4_request(to("0.1.0.0", 80))));
    CHECK(make_handshake(socks4_request(to("0.0.1.0", 80))));
}

TEST_CASE("what the driver speaks itself needs no tools here, and cannot be pipelined") {
    for (const auto foreign : {method::none, method::password, method::chap, method::gssapi}) {
        CAPTURE(static_cast<int>(foreign));
        auto request = socks5_request(to("192.0.2.1", 80), {foreign});
        request.foreign_methods = {foreign};
        CHECK(make_handshake(request));
        request.pipeline = true;
        refuses(request, "cannot be pipelined");
    }
}

} // namespace
} // namespace sockscat::tests
