// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/error.hpp>
#include <sockscat/result.hpp>

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
    CHECK(to_string(phase::accept) == "accept");
    CHECK(to_string(phase::relay) == "relay");
    CHECK(to_string(phase::none).empty());
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

TEST_CASE("an error of usage is of no phase, and may come with advice") {
    const error plain = usage_error("no host");
    CHECK(plain.kind == failure::usage);
    CHECK(plain.at == phase::none);
    CHECK(plain.advice.empty());
    const error helpful = usage_error("no host", "write HOST:PORT");
    CHECK(helpful.cause == "no host");
    CHECK(helpful.advice == "write HOST:PORT");
    CHECK(to_string(helpful) == "no host");
}

} // namespace
} // namespace sockscat::tests
