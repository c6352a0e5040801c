// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "proto/server/user_list.hpp"

#include <sockscat/error.hpp>

#include <string>
#include <string_view>

using namespace std::string_literals;

namespace sockscat::proto {
namespace {

TEST_CASE("a list of users knows each login, and nothing near it") {
    const auto users =
        user_list::parse("alice:secret\r\nbob:with:colons\n\ncarol:\ndave:end").value();
    CHECK(users.size() == 4);
    CHECK(users.has("alice", "secret"));
    CHECK(users.has("bob", "with:colons"));
    CHECK(users.has("carol", ""));
    CHECK(users.has("dave", "end"));
    CHECK_FALSE(users.has("alice", "secret\r"));
    CHECK_FALSE(users.has("alice", "secreT"));
    CHECK_FALSE(users.has("alice", "secret0"));
    CHECK_FALSE(users.has("alice", "secre"));
    CHECK_FALSE(users.has("alice", "secret\0"s));
    CHECK_FALSE(users.has("alice", ""));
    CHECK_FALSE(users.has("alice", "end"));
    CHECK_FALSE(users.has("", ""));
    CHECK_FALSE(users.has("Alice", "secret"));
    CHECK_FALSE(users.has("alic", "secret"));
    CHECK_FALSE(users.has(std::string(256, 'a'), "secret"));
    CHECK_FALSE(users.has("alice", std::string(256, 'a')));
}

TEST_CASE("the longest login is known to its last byte") {
    const std::string user(255, 'u');
    const std::string password(255, 'p');
    const auto users = user_list::parse(user + ":" + password).value();
    CHECK(users.has(user, password));
    std::string other = password;
    other.back() = 'q';
    CHECK_FALSE(users.has(user, other));
    CHECK_FALSE(users.has(user, password.substr(1)));
}

TEST_CASE("a list of users that is not one is a usage error, which shows nothing of it") {
    const std::string bad = GENERATE(
        as<std::string>{}, "alice:secret\nhunter2", ":hunter2", "alice:secret\nalice:hunter2",
        "hunter2" + std::string(249, 'u') + ":x", "x:hunter2" + std::string(249, 'p'),
        "x:hunter2\0"s, "", "\n\r\n");
    const auto read = user_list::parse(bad);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == failure::usage);
    CHECK(read.error().cause.find("hunter2") == std::string::npos);
    CHECK(read.error().cause.find("secret") == std::string::npos);
}

TEST_CASE("an error in a list of users names the line") {
    CHECK(user_list::parse("a:b\n\nhunter2").error().cause == "line 3: expected USER:PASSWORD");
}

} // namespace
} // namespace sockscat::proto
