// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <sockscat/credentials.hpp>

#include <memory>
#include <ostream>
#include <type_traits>

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

TEST_CASE("wipe leaves nothing but zeros") {
    std::string text = "hunter2";
    wipe(std::span<char>{text});
    CHECK(text == std::string(7, '\0'));
    bytes raw = "01 02 ff"_hex;
    wipe(std::span{raw});
    CHECK(raw == "00 00 00"_hex);
    wipe(std::span<char>{});
}

} // namespace
} // namespace sockscat::tests
