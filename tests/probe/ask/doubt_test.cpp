// SPDX-License-Identifier: MIT
#include "probe/wire_answers.hpp"
#include "support/catch.hpp"

#include "probe/answers/reserved.hpp"
#include "probe/ask/doubt.hpp"

namespace sockscat::tests {
namespace {

using namespace probing;

const bytes rejected = "00 5b 00 00 00 00 00 00"_hex;

exchange_plan in_socks4(address to) {
    return socks4_plan(request{proto::socks4::command::connect, std::move(to)});
}

exchange_plan in_http(address to, bool log_in = false) {
    exchange_plan out = in_socks4(std::move(to));
    out.speaks = exchange_plan::protocol::http;
    out.log_in = log_in;
    return out;
}

answer in_words() {
    answer said;
    said.how = ending::answered;
    said.http.emplace().status = 502;
    return said;
}

address target() {
    return address{parse_ip("192.0.2.9").value(), 22};
}

TEST_CASE("what SOCKS4 leaves open raises a doubt if it answered before", "[probe]") {
    doubt now{proxy_protocol::socks4};
    now.hear(in_socks4(reserved_destination()), silent(phase::request));
    CHECK_FALSE(now.stands()); // it has never answered
    now.hear(in_socks4(reserved_destination()), replied(rejected));
    CHECK_FALSE(now.stands());
    for (const answer& open :
         {silent(phase::request), hung_up(phase::request), foreign("48 54"_hex)}) {
        now.hear(in_socks4(target()), open);
        CHECK(now.stands());
        CHECK(now.question().asks->destination == reserved_destination());
        now.hear(now.question(), replied(rejected));
        CHECK_FALSE(now.stands());
    }
    now.hear(offer(proto::socks5::method::none), hung_up(phase::method)); // as old ones do
    CHECK_FALSE(now.stands());
    now.hear(offer(proto::socks5::method::none), silent(phase::method));
    CHECK(now.stands());
}

TEST_CASE("a target is not asked for to be sure of the proxy", "[probe]") {
    doubt now{proxy_protocol::socks4};
    now.hear(in_socks4(target()), replied("00 5a 00 00 00 00 00 00"_hex));
    now.hear(in_socks4(target()), silent(phase::request));
    CHECK_FALSE(now.stands());
    doubt in_words_now{proxy_protocol::http};
    in_words_now.hear(in_http(target()), in_words());
    in_words_now.hear(in_http(reserved_destination(), true), in_words()); // nor a login made
    in_words_now.hear(in_http(target()), silent(phase::request));
    CHECK_FALSE(in_words_now.stands());
}

TEST_CASE("what HTTP leaves open raises a doubt", "[probe]") {
    doubt now{proxy_protocol::http};
    now.hear(in_http(reserved_destination()), in_words());
    now.hear(in_http(target()), silent(phase::request));
    CHECK(now.stands());
    CHECK(now.question().asks->destination == reserved_destination());
}

TEST_CASE("of SOCKS5 only silence at the greeting raises a doubt", "[probe]") {
    doubt now{proxy_protocol::socks5};
    exchange_plan first = offer(proto::socks5::method::none, proto::socks5::method::password);
    first.log_in = true;
    now.hear(first, chose(0x02));
    now.hear(offer(proto::socks5::method::none), hung_up(phase::method)); // OpenSSH
    CHECK_FALSE(now.stands());
    now.hear(in_socks4(reserved_destination()), silent(phase::request));
    CHECK_FALSE(now.stands());
    now.hear(offer(proto::socks5::method::none), silent(phase::method));
    REQUIRE(now.stands());
    CHECK(now.question().methods == first.methods);
    CHECK_FALSE(now.question().log_in);
    now.hear(first, silent(phase::request)); // the method came
    CHECK_FALSE(now.stands());
}

TEST_CASE("who was prompt gets little time", "[probe]") {
    answer slow = replied(rejected);
    slow.spans.request = 800;
    for (const bool is_prompt : {true, false}) {
        doubt now{proxy_protocol::socks4};
        now.hear(in_socks4(reserved_destination()), is_prompt ? replied(rejected) : slow);
        now.hear(in_socks4(target()), silent(phase::request));
        CHECK(now.question().hurries == is_prompt);
        CHECK(now.question().followed_by == 0U);
    }
}

} // namespace
} // namespace sockscat::tests
