// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "proto/server/refusal.hpp"

namespace sockscat::proto {
namespace {

error refused(std::error_code code) {
    error why{failure::refused, phase::request, "no"};
    why.code = code;
    return why;
}

void check(const error& why, int rep, int status) {
    const refusal told = refusal_for(why);
    CHECK(int{told.rep} == rep);
    CHECK(static_cast<int>(told.status) == status);
}

TEST_CASE("every REP of the proxy is handed on as it is, assigned or not") {
    for (int rep = 1; rep < 256; ++rep) {
        CAPTURE(rep);
        check(refused({rep, socks5_reply_category()}), rep, rep == 2 ? 403 : 502);
    }
}

TEST_CASE("what SOCKS4 and HTTP proxies answer becomes a REP by its exit status") {
    check(refused(socks4_reply::rejected), 1, 502);
    check(refused(http_status::forbidden), 2, 403);
    check(refused(http_status::bad_gateway), 1, 502);
    check(refused(http_status::gateway_timeout), 1, 502);
    check(refused({2, http_status_category()}), 1, 502);
    check(refused({2, socks4_reply_category()}), 1, 502);
}

TEST_CASE("what failed before a reply is a general failure, and 504 if time ran out") {
    for (const failure kind :
         {failure::usage, failure::negative_answer, failure::proxy_name, failure::proxy_unreachable,
          failure::tls, failure::protocol, failure::no_method, failure::credentials,
          failure::closed, failure::stream})
        check({kind, phase::connect, "no"}, 1, 502);
    check({failure::timeout, phase::request, "no"}, 1, 504);
}

TEST_CASE("a code without a refusal says nothing") {
    error why = refused(socks5_reply::not_allowed);
    why.kind = failure::protocol;
    check(why, 1, 502);
}

} // namespace
} // namespace sockscat::proto
