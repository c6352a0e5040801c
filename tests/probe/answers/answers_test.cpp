// SPDX-License-Identifier: MIT
#include "probe/wire_answers.hpp"
#include "support/catch.hpp"

#include "probe/answers/proxy_facts.hpp"

#include <sockscat/proxy_spec.hpp>

#include <chrono>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

TEST_CASE("each question has an answer of its own", "[probe]") {
    answers all;
    for (std::size_t i = 0; i < probing::question_count; ++i)
        all[static_cast<question>(i)] = chose(static_cast<std::uint8_t>(i));
    for (std::size_t i = 0; i < probing::question_count; ++i)
        CHECK(all[static_cast<question>(i)].method == i);
    CHECK(static_cast<std::size_t>(question::http_page) + 1 == probing::question_count);
}

TEST_CASE("how requests can be made", "[probe]") {
    CHECK(microsocks().accepts_requests());
    CHECK_FALSE(microsocks_with_password().accepts_requests());
    CHECK_FALSE(answers{}.accepts_requests());
    answers all = microsocks_with_password();
    all[question::password] = logged_in_with("01 00"_hex);
    CHECK(all.accepts_requests());
    CHECK_FALSE(all.accepts_none());
    all[question::password] = logged_in_with("07 00"_hex); // nobody's version
    CHECK_FALSE(all.accepts_requests());
    all = microsocks();
    all.facts.may_use_none = false;
    CHECK_FALSE(all.accepts_requests());
    all = microsocks();
    all[question::none] = {}; // not asked, for the first answer said it
    CHECK(all.accepts_none());
}

TEST_CASE("the first that was asked", "[probe]") {
    answers all = microsocks();
    CHECK(&all.first() == &all[question::either]);
    all[question::either] = {};
    CHECK(&all.first() == &all[question::none]);
    all.facts.wanted = proxy_protocol::socks4;
    CHECK(&all.first() == &all[question::socks4]);
}

struct limit_row {
    std::chrono::milliseconds limit;
    const char* text;
    const char* short_text;
};

TEST_CASE("the time that an answer has", "[probe]") {
    for (const limit_row& row :
         {limit_row{10s, "10 s", "2 s"}, limit_row{1500ms, "1.5 s", "1.5 s"},
          limit_row{0s, "0 s", "2 s"}}) {
        connect_options options;
        options.chain.push_back(std::move(parse_proxy_url("socks5h://192.0.2.1")).value());
        options.time_limit = row.limit;
        answers all;
        all.facts = probing::facts_of(options);
        answer said;
        CHECK(all.limit_of(said) == row.text);
        said.limit = all.facts.short_limit;
        CHECK(all.limit_of(said) == row.short_text);
    }
}

TEST_CASE("what is known of a proxy before it is asked", "[probe]") {
    connect_options options;
    options.chain.push_back(
        std::move(parse_proxy_url("socks5h+tls://alice@proxy.example:1081")).value());
    options.handshake.methods = {auth_method::password};
    const auto facts = probing::facts_of(options);
    CHECK(facts.hop == "proxy.example:1081");
    CHECK(facts.wanted == proxy_protocol::socks5);
    CHECK(facts.over_tls);
    CHECK_FALSE(facts.is_direct);
    CHECK(facts.has_port);
    CHECK(facts.has_login);
    CHECK_FALSE(facts.has_password);
    CHECK_FALSE(facts.may_use_none);
    CHECK(facts.may_log_in);
    CHECK(facts.user == "alice");
    CHECK(facts.url_as_socks4a == "socks4a+tls://alice@proxy.example:1081");
}

TEST_CASE("what came after a connection is forgotten", "[probe]") {
    answers all;
    all[question::connect] = replied("05 04 00 01 00 00 00 00 00 00"_hex);
    all[question::connect].number = 3;
    all[question::bind] = hung_up(phase::request);
    all[question::bind].number = 4;
    all.targets.emplace_back();
    all.targets.front().tcp = all[question::bind];
    all.forget_after(3);
    CHECK(all[question::connect].was_asked());
    CHECK_FALSE(all[question::bind].was_asked());
    CHECK_FALSE(all.targets.front().tcp.was_asked());
}

TEST_CASE("how a hop of a chain is examined by itself", "[probe]") {
    connect_options options;
    for (const char* const url : {"socks5h://a:1@192.0.2.1", "socks5h+tls://192.0.2.2"})
        options.chain.push_back(std::move(parse_proxy_url(url)).value());
    const auto facts = probing::facts_of(options);
    REQUIRE(facts.ways.size() == 2);
    CHECK(facts.ways[0].second == "'socks5h://a@192.0.2.1:1080'");
    CHECK(facts.ways[1].second == "-x 'socks5h://a@192.0.2.1:1080' 'socks5h+tls://192.0.2.2:1080'");
}

TEST_CASE("a user id of SOCKS4 is no login", "[probe]") {
    connect_options options;
    options.chain.push_back(std::move(parse_proxy_url("socks4://alice@proxy.example")).value());
    options.handshake.methods = {auth_method::password}; // as --isolate makes them
    const auto facts = probing::facts_of(options);
    CHECK(facts.wanted == proxy_protocol::socks4);
    CHECK_FALSE(facts.has_login);
    CHECK(facts.may_use_none);
    CHECK(facts.url_as_socks5h == "socks5h://alice@proxy.example:1080");
}

} // namespace
} // namespace sockscat::tests
