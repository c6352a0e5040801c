// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/options/edit_distance.hpp"

#include <vector>

namespace sockscat::tests {
namespace {

using cli::nearest;

TEST_CASE("a guess is near enough to be meant") {
    const std::vector<std::string_view> names{"timeout", "proxy",      "proxy-user",
                                              "trace",   "trace-file", "on"};
    CHECK(nearest("timeout", names) == "timeout");
    CHECK(nearest("timeuot", names) == "timeout");
    CHECK(nearest("trace-fil", names) == "trace-file");
    CHECK(nearest("prox", names) == "proxy");
    CHECK(nearest("tim", names) == "timeout"); // a beginning
    CHECK_FALSE(nearest("zzzzzz", names));
    CHECK_FALSE(nearest("o", names)); // too short to guess at
    CHECK_FALSE(nearest("x", {}));
}

} // namespace
} // namespace sockscat::tests
