// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/error.hpp>
#include <sockscat/result.hpp>

#include <set>

namespace sockscat::tests {
namespace {

TEST_CASE("an error is printed as hop, phase and cause") {
    error why{failure::closed, phase::method, "closed without a reply"};
    CHECK(to_string(why) == "method: closed without a reply");
    why.hop = "proxy.example:1080";
    CHECK(to_string(why) == "proxy.example:1080: method: closed without a reply");
    why.at = phase::none;
    CHECK(to_string(why) == "proxy.example:1080: closed without a reply");
}

TEST_CASE("phases have the words of the report") {
    CHECK(to_string(phase::lookup) == "lookup");
    CHECK(to_string(phase::connect) == "connect");
    CHECK(to_string(phase::tls) == "tls");
    CHECK(to_string(phase::method) == "method");
    CHECK(to_string(phase::auth) == "auth");
    CHECK(to_string(phase::request) == "request");
    CHECK(to_string(phase::relay) == "relay");
    CHECK(to_string(phase::none).empty());
}

TEST_CASE("every assigned SOCKS5 reply has words of its own, the others show their number") {
    const auto& replies = socks5_reply_category();
    std::set<std::string> words;
    std::size_t assigned = 0;
    for (int code = 0; code < 256; ++code) {
        const bool is_assigned = code <= 0x08 || (code >= 0xF0 && code <= 0xF7);
        const std::string text = replies.message(code);
        CAPTURE(code, text);
        CHECK((text.find("unassigned") == std::string::npos) == is_assigned);
        words.insert(text);
        assigned += is_assigned ? 1 : 0;
    }
    CHECK(words.size() == 256);
    CHECK(assigned == 17);
    CHECK(replies.message(0x09) == "unassigned reply 0x09");
    CHECK(replies.message(0x05) == "connection refused");
}

TEST_CASE("SOCKS4 replies have words, the others show their number") {
    const auto& replies = socks4_reply_category();
    CHECK(replies.message(90) == "granted");
    CHECK(replies.message(91) == "rejected or failed");
    CHECK(replies.message(92).find("identd") != std::string::npos);
    CHECK(replies.message(93).find("identd") != std::string::npos);
    CHECK(replies.message(94) == "unassigned reply 0x5e");
    CHECK(replies != socks5_reply_category());
}

TEST_CASE("a method that was not offered is no success, even method 0") {
    const std::error_code none{0, socks5_method_category()};
    CHECK(none != std::error_code{});
    CHECK(none.message() == "method 0x00");
    CHECK(socks5_method_category().message(0x82) == "method 0x82");
    CHECK(socks5_method_category() != socks5_reply_category());
}

TEST_CASE("a usage error is about no hop and in no phase") {
    const error why = usage_error("no");
    CHECK(why.kind == failure::usage);
    CHECK(why.at == phase::none);
    CHECK(to_string(why) == "no");
}

TEST_CASE("a result holds a value or an error, and reading the other one throws") {
    result<int> good{7};
    CHECK(good);
    CHECK(good.value() == 7);
    CHECK_THROWS_AS(good.error(), std::bad_variant_access);

    result<int> bad{usage_error("no")};
    CHECK_FALSE(bad);
    CHECK(bad.error().cause == "no");
    CHECK_THROWS_AS(bad.value(), std::bad_variant_access);

    CHECK(result<void>{});
    CHECK_FALSE(result<void>{error{}});
}

} // namespace
} // namespace sockscat::tests
