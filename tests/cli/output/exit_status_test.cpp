// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/output/exit_status.hpp"

namespace sockscat::tests {
namespace {

using cli::status_of;

error refused(int code, const std::error_category& category) {
    error why{failure::refused, phase::request, "refused"};
    why.code = {code, category};
    return why;
}

TEST_CASE("every kind of failure has its exit status") {
    const auto status = [](failure kind) { return status_of(error{kind, phase::none, "x"}); };
    CHECK(status(failure::usage) == 2);
    CHECK(status(failure::negative_answer) == 3);
    CHECK(status(failure::proxy_name) == 10);
    CHECK(status(failure::proxy_unreachable) == 11);
    CHECK(status(failure::protocol) == 13);
    CHECK(status(failure::no_method) == 14);
    CHECK(status(failure::credentials) == 15);
    CHECK(status(failure::closed) == 16);
    CHECK(status(failure::timeout) == 124);
    CHECK(status(failure::stream) == 1);
}

TEST_CASE("a SOCKS5 reply is 20 + REP, 30 + n for Tor's F0 + n, and 29 otherwise") {
    for (int rep = 1; rep < 256; ++rep) {
        const int expected = rep <= 8                     ? 20 + rep
                             : rep >= 0xF0 && rep <= 0xF7 ? 30 + rep - 0xF0
                                                          : 29;
        CAPTURE(rep);
        CHECK(status_of(refused(rep, socks5_reply_category())) == expected);
    }
}

TEST_CASE("a SOCKS4 reply 91 is 21, one that nobody assigned is 29") {
    for (int cd = 0; cd < 256; ++cd) {
        if (cd >= 90 && cd <= 93)
            continue;
        CAPTURE(cd);
        CHECK(status_of(refused(cd, socks4_reply_category())) == 29);
    }
    CHECK(status_of(refused(91, socks4_reply_category())) == 21);
}

TEST_CASE("rejected identities of SOCKS4 are 15") {
    for (const int cd : {92, 93}) {
        error why = refused(cd, socks4_reply_category());
        why.kind = failure::credentials;
        CHECK(status_of(why) == 15);
    }
}

} // namespace
} // namespace sockscat::tests
