// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/auth_method.hpp>
#include <sockscat/reply.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::tests {
namespace {

TEST_CASE("a method that was not offered is no success, even method 0") {
    const std::error_code none = auth_method::none;
    CHECK(none != std::error_code{});
    CHECK(none.message() == "method 0x00");
    CHECK(none == auth_method::none);
    CHECK(std::error_code{auth_method{0x7F}}.message() == "method 0x7f");
    CHECK(socks5_method_category() != socks5_reply_category());
    CHECK(std::string_view{socks5_method_category().name()} == "socks5.method");
}

TEST_CASE("methods have the numbers of the registry, and gost's of the private range") {
    std::vector<int> numbers;
    for (const auth_method_entry& each : auth_methods())
        numbers.push_back(static_cast<int>(each.method));
    CHECK(numbers == std::vector{0x00, 0x02, 0x03, 0x01, 0x80, 0x82});
}

TEST_CASE("a method is found by its number and by its word") {
    for (const auth_method_entry& each : auth_methods()) {
        CHECK(find_method(each.method) == &each);
        REQUIRE(find_method(each.word) != nullptr);
        CHECK(find_method(each.word)->word == each.word);
    }
    CHECK(find_method("gost-tls")->method == auth_method::gost_tls);
    CHECK(find_method(auth_method{0x7F}) == nullptr);
    CHECK(find_method(auth_method{0xFF}) == nullptr);
    CHECK(find_method("") == nullptr);
    CHECK(find_method("NONE") == nullptr);
}

TEST_CASE("no two methods are called the same in a trace") {
    std::set<std::string_view> titles;
    for (const auth_method_entry& each : auth_methods())
        titles.insert(each.title);
    CHECK(titles.size() == auth_methods().size());
}

} // namespace
} // namespace sockscat::tests
