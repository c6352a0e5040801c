// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include "net/tls/hmac_md5.hpp"

namespace sockscat::tests {
namespace {

TEST_CASE("HMAC-MD5 gives the values of RFC 2202, and of lib/proto/README.md") {
    struct row {
        std::string key;
        bytes text;
        bytes value;
    };
    const std::string first(16, '\x0b');
    const std::string long_key(80, '\xaa');
    const std::vector<row> rows{
        {first, text_bytes("Hi There"), "9294727a3638bb1c13f48ef8158bfc9d"_hex},
        {"Jefe", text_bytes("what do ya want for nothing?"),
         "750c783e6ab0b503eaa86e310a5db738"_hex},
        {long_key, text_bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
         "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"_hex},
        {"secret", "000102030405060708090a0b0c0d0e0f"_hex, "e7409424474a3301bdc9bb8846c86362"_hex},
        {"", {}, "74e6f7298a9c2d168935f58c001bad88"_hex},
    };
    for (const row& each : rows) {
        const auto made = net::hmac_md5(each.key, each.text);
        REQUIRE(made);
        CHECK(to_bytes(*made) == each.value);
    }
    CHECK(net::hmac_md5({}, text_bytes("")) == net::hmac_md5("", text_bytes("")));
}

} // namespace
} // namespace sockscat::tests
