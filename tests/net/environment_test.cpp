// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/environment.hpp>

#include <cstdlib>
#include <string>
#include <string_view>

namespace sockscat::tests {
namespace {

constexpr const char* name = "SOCKSCAT_TEST_VARIABLE";

TEST_CASE("a variable has a value, an empty one too, or is not set") {
    ::unsetenv(name);
    CHECK_FALSE(environment_value(name));
    ::setenv(name, "", 1);
    CHECK(environment_value(name) == "");
    ::setenv(name, "word", 1);
    CHECK(environment_value(name) == "word");
    ::unsetenv(name);
}

TEST_CASE("a password that is taken from the environment is nowhere in it any more") {
    ::unsetenv(name);
    CHECK_FALSE(take_environment_secret(name));
    ::setenv(name, "hunter2", 1);
    const char* const before = std::getenv(name);
    const auto taken = take_environment_secret(name);
    REQUIRE(taken);
    CHECK(taken->reveal() == "hunter2");
    CHECK_FALSE(environment_value(name));
    CHECK(std::string_view{before, 7} == std::string_view{"\0\0\0\0\0\0\0", 7});
}

TEST_CASE("of URLs in the environment, the passwords are overwritten, and nothing else") {
    ::unsetenv(name);
    CHECK(take_environment_urls(name).empty());
    const auto is_left = [](const char* value) {
        ::setenv(name, value, 1);
        CHECK(take_environment_urls(name) == value);
        return std::string{environment_value(name).value_or("")};
    };
    CHECK(is_left("socks5h://host:1080") == "socks5h://host:1080");
    CHECK(is_left("socks5h://alice:hunter2@host:1080") == "socks5h://alice:xxxxxxx@host:1080");
    CHECK(
        is_left(" alice:hunter2@host\tsocks5://b:%41@[::1]:1 ") ==
        " alice:xxxxxxx@host\tsocks5://b:xxx@[::1]:1 ");
    CHECK(is_left("socks5h://alice@host socks4://host") == "socks5h://alice@host socks4://host");
    CHECK(is_left("http://alice:pass/word@host") == "http://xxxxxxxxxxxxxxxxxxxx"); // mistyped
    ::unsetenv(name);
}

} // namespace
} // namespace sockscat::tests
