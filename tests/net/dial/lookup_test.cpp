// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/names.hpp"
#include "support/run.hpp"

#include "net/dial/ip_literal.hpp"
#include "net/dial/lookup.hpp"
#include "net/within.hpp"

#include <algorithm>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using net::lookup;
using net::lookup_result;

std::vector<std::string> texts(const lookup_result& found) {
    std::vector<std::string> out;
    for (const auto& ip : found.addresses)
        out.push_back(ip.to_string());
    return out;
}

TEST_CASE("an IP literal needs no lookup, whatever its family") {
    for (const std::string literal : {"192.0.2.1", "2001:db8::1", "::1", "fe80::1%lo"}) {
        CAPTURE(literal);
        CHECK(net::ip_literal(literal));
        for (const auto family : {address_family::any, address_family::ipv4, address_family::ipv6})
            CHECK(texts(run(lookup(literal, family))) == std::vector<std::string>{literal});
    }
    for (const char* const name : {"localhost", "1.2.3", "example.com", "", "[::1]"})
        CHECK_FALSE(net::ip_literal(name));
}

TEST_CASE("names without DNS are looked up nowhere") {
    for (const std::string name : {"abc.onion", "ABC.Onion", "abc.onion.", "abc.i2p", "i2p"}) {
        CAPTURE(name);
        const fake_name watched{name, {"192.0.2.1"}};
        const auto found = run(lookup(name, address_family::any));
        CHECK(found.addresses.empty());
        CHECK(found.failure.find("not in DNS") != std::string::npos);
        CHECK(watched.times_asked() == 0);
    }
}

TEST_CASE("localhost has a loopback address of the family asked for") {
    const auto found = run(lookup("localhost", address_family::ipv4));
    CHECK(texts(found) == std::vector<std::string>{"127.0.0.1"});
    CHECK(found.failure.empty());
}

TEST_CASE("all addresses of a name are found, in their order and without doubles") {
    const fake_name name{"several.test", {"192.0.2.2", "2001:db8::1", "192.0.2.1", "192.0.2.2"}};
    CHECK(
        texts(run(lookup("several.test", address_family::any))) ==
        std::vector<std::string>{"192.0.2.2", "2001:db8::1", "192.0.2.1"});
    CHECK(
        texts(run(lookup("several.test", address_family::ipv4))) ==
        std::vector<std::string>{"192.0.2.2", "192.0.2.1"});
    CHECK(
        texts(run(lookup("several.test", address_family::ipv6))) ==
        std::vector<std::string>{"2001:db8::1"});
}

TEST_CASE("a name that does not exist says so") {
    const fake_name nothing{"nothing.test", {}};
    const fake_name only_v4{"v4.test", {"192.0.2.1"}};
    const auto failure = [](const std::string& name, address_family family) {
        const auto found = run(lookup(name, family));
        CHECK(found.addresses.empty());
        return found.failure;
    };
    CHECK(failure("nothing.test", address_family::any) == "no such name");
    CHECK(
        failure("nothing.test", address_family::ipv4) == "no such name, or it has no IPv4 address");
    CHECK(failure("v4.test", address_family::ipv6) == "no such name, or it has no IPv6 address");
}

TEST_CASE("a lookup that gets no answer is abandoned at once when it is cancelled") {
    fake_name name{"stalled.test", {"192.0.2.1"}};
    name.stall();
    const stopwatch watch;
    {
        operation<lookup_result> one{lookup("stalled.test", address_family::any)};
        one.poll();
        name.wait_until_asked(1);
        one.cancel();
        CHECK(one.run());
    }
    CHECK(watch.elapsed() < 2s);
    name.release(); // the thread finds nobody waiting, and no event loop
    name.wait_until_answered(1);
}

TEST_CASE("a time limit ends a lookup that gets no answer") {
    fake_name name{"stalled.test", {"192.0.2.1"}};
    name.stall();
    const stopwatch watch;
    const auto found = run(net::within(50ms, lookup("stalled.test", address_family::any)));
    CHECK_FALSE(found);
    CHECK(watch.elapsed() >= 50ms);
    CHECK(watch.elapsed() < 2s);
    name.release();
    name.wait_until_answered(1);
}

TEST_CASE("a lookup is abandoned with its event loop") {
    fake_name name{"stalled.test", {"192.0.2.1"}};
    name.stall();
    const stopwatch watch;
    {
        operation<lookup_result> one{lookup("stalled.test", address_family::any)};
        one.poll();
        name.wait_until_asked(1);
    }
    CHECK(watch.elapsed() < 2s);
    name.release();
    name.wait_until_answered(1);
}

TEST_CASE("an answer that comes while nobody runs the loop is not lost") {
    fake_name name{"slow.test", {"192.0.2.1"}};
    operation<lookup_result> one{lookup("slow.test", address_family::any)};
    one.poll();
    name.wait_until_answered(1);
    CHECK(texts(one.value()) == std::vector<std::string>{"192.0.2.1"});
}

} // namespace
} // namespace sockscat::tests
