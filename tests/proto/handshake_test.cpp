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

} // namespace
} // namespace sockscat::tests
