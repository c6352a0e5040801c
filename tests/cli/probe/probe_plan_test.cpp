// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/commands.hpp"
#include "cli/options/credentials_source.hpp"
#include "cli/probe/probe_plan.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace sockscat::tests {
namespace {

using namespace cli;

// The plan for a command line, and what it borrows.
struct planned {
    explicit planned(const std::vector<std::string>& words) {
        ::unsetenv("SOCKSCAT_PROXY"); // NOLINT(concurrency-mt-unsafe)
        ::unsetenv("ALL_PROXY");      // NOLINT(concurrency-mt-unsafe)
        ::unsetenv("all_proxy");      // NOLINT(concurrency-mt-unsafe)
        auto parsed = arguments::parse(probe_specs(), words);
        REQUIRE(parsed);
        given = std::move(parsed).value();
        auto read = probe_settings_from(given);
        REQUIRE(read);
        made.emplace(probe_plan::make(given, read.value(), quiet, -1));
    }
    [[nodiscard]] std::string refusal() const { return *made ? "" : made->error().cause; }

    console quiet{console::level::quiet};
    arguments given;
    std::optional<result<probe_plan>> made;
};

TEST_CASE("the proxies of a plan are the operands, each behind the hops of -x") {
    planned all{{"-x", "hop.test:1", "a.test:1080", "socks4://b.test:1081"}};
    REQUIRE(*all.made);
    probe_plan& plan = all.made->value();
    CHECK(plan.count() == 2);
    CHECK(plan.single() == nullptr);
    const connect_options second = plan.take_options(1);
    REQUIRE(second.chain.size() == 2);
    CHECK(second.chain[0].label() == "hop.test:1");
    CHECK(second.chain[1].label() == "b.test:1081");
    CHECK(second.time_limit == std::chrono::seconds{10}); // the default of probe
}

TEST_CASE("a single proxy is known beforehand, and taken once") {
    planned all{{"-w", "3", "a.test:1080"}};
    REQUIRE(*all.made);
    probe_plan& plan = all.made->value();
    CHECK(plan.count() == 1);
    REQUIRE(plan.single() != nullptr);
    CHECK(plan.single()->chain.back().label() == "a.test:1080");
    CHECK(plan.take_options(0).time_limit == std::chrono::seconds{3});
    CHECK(plan.single() == nullptr);
    CHECK(plan.count() == 1);
}

TEST_CASE("without operands it is the chain of -x") {
    planned all{{"-x", "hop.test:1", "-x", "last.test:2"}};
    REQUIRE(*all.made);
    CHECK(all.made->value().count() == 1);
    CHECK(all.made->value().take_options(0).chain.size() == 2);
}

TEST_CASE("a list joins the operands, without empty lines and comments") {
    char name[] = "/tmp/sockscat-plan-XXXXXX";
    const int fd = ::mkstemp(name);
    REQUIRE(fd != -1);
    std::FILE* const file = ::fdopen(fd, "w");
    std::fputs("# mine\n\n  b.test:2\r\nc.test:3\n", file);
    std::fclose(file);
    planned all{{"--from", name, "a.test:1"}};
    std::remove(name);
    REQUIRE(*all.made);
    CHECK(all.made->value().count() == 3);
    CHECK(all.made->value().take_options(1).chain.back().label() == "b.test:2");
    CHECK(all.made->value().take_options(2).chain.back().label() == "c.test:3");
}

TEST_CASE("what is wrong with one proxy is found before anything is sent") {
    CHECK(planned{{}}.refusal().find("no proxy") != std::string::npos);
    CHECK(planned{{"--from", "/dev/null"}}.refusal() == "--from: the list is empty");
    CHECK(planned{{"a.test:1", "ftp://b.test"}}.refusal().find("ftp") != std::string::npos);
    CHECK(planned{{"192.0.2.1:99999"}}.refusal().find("99999") != std::string::npos);
    CHECK(planned{{"a.test:99999"}}.refusal().find("1 to 65535") != std::string::npos);
    CHECK(
        planned{{"--proxy-user", "alice", "a.test:1", "b.test:2"}}.refusal() ==
        "--proxy-user applies to a single proxy, and there are 2: put it in each URL");
}

TEST_CASE("a password of the environment is for one proxy") {
    ::setenv("SOCKSCAT_PASSWORD", "S3cret", 1); // NOLINT(concurrency-mt-unsafe)
    planned one{{"alice@a.test:1"}};
    REQUIRE(*one.made);
    CHECK(one.made->value().has_environment_password());
    CHECK(one.made->value().single()->chain.back().login->password);
    CHECK_FALSE(has_environment_password());    // taken away
    ::setenv("SOCKSCAT_PASSWORD", "S3cret", 1); // NOLINT(concurrency-mt-unsafe)
    planned two{{"alice:@a.test:1", "b.test:2"}};
    REQUIRE(*two.made);
    CHECK_FALSE(two.made->value().has_environment_password());
    CHECK(two.made->value().take_options(0).chain.back().login->password->empty());
}

} // namespace
} // namespace sockscat::tests
