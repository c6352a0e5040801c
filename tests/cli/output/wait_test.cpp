// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/output/wait.hpp"

#include <array>
#include <poll.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace cli;
using namespace std::chrono_literals;

TEST_CASE("a wait ends by the descriptor, by the interruption or by its limit") {
    std::array<int, 2> data{};
    std::array<int, 2> signals{};
    REQUIRE(::pipe(data.data()) == 0);
    REQUIRE(::pipe(signals.data()) == 0);
    CHECK(wait_uninterrupted(data[0], POLLIN, signals[0], 10ms)); // the limit
    CHECK(wait_uninterrupted(-1, 0, signals[0], 10ms));
    CHECK(wait_uninterrupted(data[1], POLLOUT, signals[0]));
    REQUIRE(::write(data[1], "x", 1) == 1);
    CHECK(wait_uninterrupted(data[0], POLLIN, signals[0]));
    CHECK(wait_uninterrupted(data[0], POLLIN, -1));
    REQUIRE(::write(signals[1], "x", 1) == 1);
    CHECK_FALSE(wait_uninterrupted(data[0], POLLIN, signals[0])); // the interruption goes first
    CHECK_FALSE(wait_uninterrupted(-1, 0, signals[0], 10s));
    for (const int fd : {data[0], data[1], signals[0], signals[1]})
        ::close(fd);
}

TEST_CASE("an interruption is told apart by its code") {
    const error why = interrupted("while it waited");
    CHECK(why.kind == failure::usage);
    CHECK(why.code == std::errc::interrupted);
    CHECK(why.cause == "while it waited");
}

} // namespace
} // namespace sockscat::tests
