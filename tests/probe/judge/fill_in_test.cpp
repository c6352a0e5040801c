// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "probe/judge/fill_in.hpp"

#include <array>

namespace sockscat::tests {
namespace {

using probing::word;

constexpr std::array words{
    word<int>{"{number}", [](const int& value) { return std::to_string(value); }},
    word<int>{"{braces}", [](const int&) { return std::string{"{number}"}; }},
};
constexpr std::span<const word<int>> known{words};

TEST_CASE("words of a sentence are filled in", "[probe]") {
    const auto filled = [](std::string_view text) { return probing::fill_in(text, known, 7); };
    CHECK(filled("") == "");
    CHECK(filled("none") == "none");
    CHECK(filled("{number}") == "7");
    CHECK(filled("a {number}, {number} and the rest") == "a 7, 7 and the rest");
}

TEST_CASE("what a word means is not looked into again", "[probe]") {
    CHECK(probing::fill_in("{braces} {number}", known, 7) == "{number} 7");
}

TEST_CASE("an unknown word is seen", "[probe]") {
    CHECK(probing::is_known("no word", known));
    CHECK(probing::is_known("{number} {braces}", known));
    CHECK_FALSE(probing::is_known("{number} {nombre}", known));
}

} // namespace
} // namespace sockscat::tests
