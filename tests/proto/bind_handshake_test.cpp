// SPDX-License-Identifier: MIT
// BIND: two replies on one connection (RFC 1928 section 6), and UDP ASSOCIATE: one.
#include "support/catch.hpp"
#include "support/transcript.hpp"

namespace sockscat::tests {
namespace {

using proto::request_command;

const address anybody{ipv4_address{}, 0};

proto::handshake_request bind4(address peer) {
    auto request = socks4_request(std::move(peer));
    request.command = request_command::bind;
    return request;
}

proto::handshake_request command5(request_command command, address where) {
    auto request = socks5_request(std::move(where), {proto::socks5::method::none});
    request.command = command;
    return request;
}

transcript socks4_bind() {
    transcript script{bind4(anybody)};
    script.send("04 02 00 00 00 00 00 00 00"_hex);
    return script;
}

transcript socks5_bind() {
    transcript script{command5(request_command::bind, anybody)};
    script.send("05 01 00"_hex).reply("05 00"_hex).send("05 02 00 01 00 00 00 00 00 00"_hex);
    return script;
}

const bytes listening4 = "00 5a 9c 41 c0 00 02 09"_hex;
const bytes caller4 = "00 5a c9 3b cb 00 71 05"_hex;
const bytes listening5 = "05 00 00 01 c0 00 02 09 9c 41"_hex;
const bytes caller5 = "05 00 00 01 cb 00 71 05 c9 3b"_hex;

TEST_CASE("SOCKS4 BIND says where it listens, then who called") {
    auto script = socks4_bind();
    script.reply(listening4).reply(caller4);
    CHECK(script.run().listening == to("192.0.2.9", 40001));
    script.is_done(to("203.0.113.5", 51515));
}

TEST_CASE("SOCKS5 BIND says where it listens, then who called") {
    auto script = socks5_bind();
    script.reply(listening5).reply(caller5);
    CHECK(script.run().listening == to("192.0.2.9", 40001));
    script.is_done(to("203.0.113.5", 51515));
}

TEST_CASE("a refused BIND is refused in the request, a refused caller in the accept phase") {
    socks5_bind()
        .reply("05 07 00 01 00 00 00 00 00 00"_hex)
        .fails(failure::refused, phase::request, {7, socks5_reply_category()});
    socks5_bind()
        .reply(listening5)
        .reply("05 02 00 01 00 00 00 00 00 00"_hex)
        .fails(failure::refused, phase::accept, {2, socks5_reply_category()});
    socks4_bind()
        .reply("00 5b 00 00 00 00 00 00"_hex)
        .fails(failure::refused, phase::request, {91, socks4_reply_category()});
    socks4_bind()
        .reply(listening4)
        .reply("00 5b 00 00 00 00 00 00"_hex)
        .fails(failure::refused, phase::accept, {91, socks4_reply_category()});
}

TEST_CASE("UDP ASSOCIATE asks once and says where the relay is") {
    transcript{command5(request_command::udp_associate, anybody)}
        .send("05 01 00"_hex)
        .reply("05 00"_hex)
        .send("05 03 00 01 00 00 00 00 00 00"_hex)
        .reply(listening5)
        .is_done(to("192.0.2.9", 40001));
    transcript{command5(request_command::udp_associate, address{ipv6_address{}, 0})}
        .send("05 01 00"_hex)
        .reply("05 00"_hex)
        .send("05 03 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"_hex)
        .reply("05 00 00 03 00 9c 41"_hex) // a name of no length
        .is_done(address{host_name{}, 40001});
}

TEST_CASE("UDP and an IPv6 peer are nothing for SOCKS4") {
    auto udp = socks4_request(anybody);
    udp.command = request_command::udp_associate;
    CHECK(proto::make_handshake(udp).error().kind == failure::usage);
    CHECK(
        proto::make_handshake(bind4(address{*parse_ip("2001:db8::1"), 0})).error().kind ==
        failure::usage);
    CHECK(
        proto::make_handshake(bind4(address{*parse_ip("0.0.0.1"), 0})).error().kind ==
        failure::usage);
    CHECK(proto::make_handshake(bind4(anybody)));
}

} // namespace
} // namespace sockscat::tests
