// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/freed_memory.hpp"

#include <sockscat/credentials.hpp>

#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <sys/resource.h>
#include <type_traits>
#include <vector>

namespace sockscat::tests {
namespace {

template <class T>
concept printable = requires(std::ostream& out, const T& value) {
    out << value;
};

TEST_CASE("a secret cannot be copied, printed or converted by accident") {
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<secret>);
    STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<secret>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<secret, std::string_view>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string_view, secret>);
    STATIC_REQUIRE_FALSE(printable<secret>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<secret>);
}

TEST_CASE("a secret keeps its bytes, NUL and all") {
    const std::string_view text{"p\0\xff", 3};
    const secret kept{text};
    CHECK(kept.reveal() == text);
    CHECK(kept.size() == 3);
    CHECK_FALSE(kept.empty());
    CHECK(secret{}.empty());
    CHECK(secret{""}.reveal().empty());
}

TEST_CASE("a secret that was moved from is empty") {
    secret first{"hunter2"};
    secret second{std::move(first)};
    CHECK(first.empty()); // NOLINT: that is the point
    CHECK(second.reveal() == "hunter2");
    secret third{"other"};
    third = std::move(second);
    CHECK(second.empty()); // NOLINT
    CHECK(third.reveal() == "hunter2");
}

TEST_CASE("a clone is a second owner") {
    auto first = std::make_unique<secret>("hunter2");
    const secret second = first->clone();
    first.reset();
    CHECK(second.reveal() == "hunter2");
}

TEST_CASE("an assignment zeroes what was there before") {
    secret kept{"hunter2"};
    // The memory is given back by the assignment: look at it through a copy that shares nothing.
    secret& same = kept;
    same = std::move(kept);
    CHECK(same.reveal() == "hunter2"); // to itself it does nothing
}

TEST_CASE("the memory of a secret is zeroed before it is given back") {
    constexpr std::string_view mark = "correct horse battery staple";
    const freed_memory seen{mark};
    { const std::vector<char> control{mark.begin(), mark.end()}; }
    CHECK(seen.hits() == 1);
    { const secret ended{mark}; }
    CHECK(seen.hits() == 1);
    secret replaced{mark};
    replaced = secret{"other"};
    CHECK(seen.hits() == 1);
    {
        secret moved{mark};
        const secret owner{std::move(moved)};
        const secret clone = owner.clone();
    }
    CHECK(seen.hits() == 1);
}

// Sanitizers take mlock() and lock nothing.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Bytes that are locked in memory, in KiB.
long locked() {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmLck:"))
            return std::stol(line.substr(6));
    return -1;
}

TEST_CASE("the page of a secret is locked, if that is granted") {
    rlimit granted{};
    REQUIRE(::getrlimit(RLIMIT_MEMLOCK, &granted) == 0);
    const secret nothing{""};
    const secret kept{"hunter2"};
    if (granted.rlim_cur >= 65536)
        CHECK(locked() > 0);
}
#endif

TEST_CASE("wipe leaves nothing but zeros") {
    std::string text = "hunter2";
    wipe(std::span<char>{text});
    CHECK(text == std::string(7, '\0'));
    bytes raw = "01 02 ff"_hex;
    wipe(std::span{raw});
    CHECK(raw == "00 00 00"_hex);
    wipe(std::span<char>{});
}

TEST_CASE("a clone of credentials has a password only where they have one") {
    credentials login;
    login.user = "alice";
    CHECK(login.clone().user == "alice");
    CHECK_FALSE(login.clone().password);
    login.password.emplace("hunter2");
    const credentials copy = login.clone();
    login.password.reset();
    REQUIRE(copy.password);
    CHECK(copy.password->reveal() == "hunter2");
}

} // namespace
} // namespace sockscat::tests
