// SPDX-License-Identifier: MIT
// Which step makes sense after which answers; nothing is sent.
#include "probe/wire_answers.hpp"
#include "support/catch.hpp"

#include "probe/ask/steps.hpp"

#include <string>
#include <vector>

namespace sockscat::tests {
namespace {

using namespace probing;

answers after_greeting(answer said) {
    answers all;
    all[question::either] = std::move(said);
    return all;
}

answers speaking_socks4() {
    answers all = after_greeting(hung_up(phase::method));
    all[question::socks4] = replied("00 5b 00 00 00 00 00 00"_hex);
    return all;
}

answers silent_as_socks4() {
    answers all;
    all.facts.wanted = proxy_protocol::socks4;
    all[question::socks4] = silent(phase::request);
    return all;
}

answers over_tls() {
    answers all = microsocks();
    all.facts.over_tls = true;
    return all;
}

// By the letters of the steps in their order, for one whose groups are all wanted.
std::string steps_after(const answers& known, bool wants_all = true) {
    const connect_options connection = [] {
        connect_options out;
        out.chain.emplace_back();
        return out;
    }();
    probe_options options;
    if (!wants_all)
        options.groups = {};
    asker proxy{connection, options};
    proxy.said = known;
    const std::vector<std::pair<char, bool (*)(const asker&)>> steps{
        {'4', is_meant_for_socks4}, {'5', may_speak_socks5},   {'o', may_speak_socks4_only},
        {'s', speaks_socks4_only},  {'r', needs_rare_methods}, {'b', may_speak_socks4_too},
        {'c', accepts_requests},    {'t', may_speak_tls},      {'l', is_latency_wanted},
    };
    std::string out;
    for (const auto& [letter, applies] : steps)
        out += applies(proxy) ? letter : '.';
    return out;
}

TEST_CASE("which step applies after which answers", "[probe]") {
    const answer closed = hung_up(phase::method);
    CHECK(steps_after({}) == ".5.......");
    CHECK(steps_after(silent_as_socks4()) == "4........");
    CHECK(steps_after(after_greeting(silent(phase::method))) == ".5.......");
    CHECK(steps_after(after_greeting(closed)) == ".5o....t.");
    CHECK(steps_after(after_greeting(foreign("00 5b"_hex))) == ".5o......");
    CHECK(steps_after(after_greeting(foreign("15 03"_hex))) == ".5.....t.");
    CHECK(steps_after(after_greeting(foreign("48 54"_hex))) == ".5.......");
    CHECK(steps_after(speaking_socks4()) == ".5.s...t.");
    CHECK(steps_after(after_greeting(chose(0x00))) == ".5..rbctl");
    CHECK(steps_after(after_greeting(chose(0xFF))) == ".5..rb.t.");
    CHECK(steps_after(microsocks()) == ".5....ctl"); // the methods and SOCKS4 have been asked for
    CHECK(steps_after(over_tls()) == ".5....c.l");
}

TEST_CASE("what is not wanted is asked only where it makes a difference", "[probe]") {
    CHECK(steps_after(after_greeting(chose(0x00)), false) == ".5....c..");
    CHECK(steps_after(after_greeting(chose(0xFF)), false) == ".5..r....");
    CHECK(steps_after(after_greeting(hung_up(phase::method)), false) == ".5o....t.");
    CHECK(steps_after(speaking_socks4(), false) == ".5.s.....");
}

} // namespace
} // namespace sockscat::tests
