// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <sockscat/datagram.hpp>

#include <string>

namespace sockscat::tests {
namespace {

const bytes data = text_bytes("data");

TEST_CASE("a datagram is written and read as RFC 1928 section 7 has it") {
    struct row {
        address where;
        bytes header;
    };
    const row rows[] = {
        {{ipv4_address{{192, 0, 2, 1}}, 53}, "00 00 00 01 c0 00 02 01 00 35"_hex},
        {{*parse_ip("2001:db8::1"), 65535},
         "00 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 ff ff"_hex},
        {{host_name{"a.test"}, 80}, "00 00 00 03 06 61 2e 74 65 73 74 00 50"_hex},
    };
    for (const row& each : rows) {
        CAPTURE(to_string(each.where));
        const auto made = encode_datagram(each.where, data);
        REQUIRE(made);
        CHECK(made.value() == join(each.header, data));
        const auto back = decode_datagram(made.value());
        REQUIRE(back);
        CHECK(back->from == each.where);
        CHECK(to_bytes(back->data) == data);
    }
}

TEST_CASE("the longest datagram over IPv4 is 65507 bytes, its header included") {
    const address to{ipv4_address{{192, 0, 2, 1}}, 53};
    const auto longest = encode_datagram(to, bytes(65'507 - 10));
    REQUIRE(longest);
    CHECK(longest.value().size() == 65'507);
    const auto longer = encode_datagram(to, bytes(65'507 - 9));
    REQUIRE_FALSE(longer);
    CHECK(longer.error().kind == failure::usage);
}

TEST_CASE("a name in a datagram has 1 to 255 bytes") {
    CHECK(encode_datagram({host_name{std::string(255, 'n')}, 1}, data));
    CHECK_FALSE(encode_datagram({host_name{std::string(256, 'n')}, 1}, data));
    CHECK_FALSE(encode_datagram({host_name{""}, 1}, data));
}

TEST_CASE("fragments, and what is cut off in its header, are dropped") {
    const bytes whole = "00 00 00 03 06 61 2e 74 65 73 74 00 50"_hex;
    CHECK(decode_datagram(whole)->data.empty());
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(decode_datagram(std::span{whole}.first(size)));
    CHECK_FALSE(decode_datagram("00 00 01 01 c0 00 02 01 00 35 78"_hex)); // FRAG
    CHECK_FALSE(decode_datagram("00 01 00 01 c0 00 02 01 00 35 78"_hex)); // RSV
    CHECK_FALSE(decode_datagram("00 00 00 05 c0 00 02 01 00 35 78"_hex)); // ATYP
}

} // namespace
} // namespace sockscat::tests
