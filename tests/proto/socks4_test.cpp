// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include "proto/socks4.hpp"

namespace sockscat::tests {
namespace {

namespace socks4 = proto::socks4;

TEST_CASE("SOCKS4 requests have these bytes") {
    struct row {
        std::string_view name;
        socks4::command command;
        address destination;
        std::string user;
        bytes wire;
    };
    const std::string longest(255, 'x');
    const std::vector<row> rows{
        {"the shortest", socks4::command::connect, to("66.102.7.99", 80), "",
         "04 01 00 50 42 66 07 63 00"_hex},
        {"BIND", socks4::command::bind, to("192.0.2.1", 0), "", "04 02 00 00 c0 00 02 01 00"_hex},
        {"a user id", socks4::command::connect, to("192.0.2.1", 65535), "Fred",
         "04 01 ff ff c0 00 02 01 46 72 65 64 00"_hex},
        {"a name", socks4::command::connect, to("a.example", 80), "",
         join("04 01 00 50 00 00 00 01 00"_hex, text_bytes("a.example"), "00"_hex)},
        {"a name and a user id", socks4::command::connect, to("b", 1), "u",
         "04 01 00 01 00 00 00 01 75 00 62 00"_hex},
        {"the longest", socks4::command::connect, to(longest, 1), longest,
         join(
             "04 01 00 01 00 00 00 01"_hex, text_bytes(longest), "00"_hex, text_bytes(longest),
             "00"_hex)},
    };
    for (const row& one : rows) {
        INFO(one.name);
        base::message_buffer out{socks4::max_request};
        socks4::encode_request(out, one.command, one.destination, one.user);
        CHECK(to_bytes(out.view()) == one.wire);
    }
    CHECK(rows.back().wire.size() == socks4::max_request);
}

TEST_CASE("SOCKS4 replies are read from these bytes") {
    const auto reply = socks4::decode_reply("00 5a 1f 90 cb 00 71 05"_hex);
    REQUIRE(reply);
    CHECK(reply->vn == 0x00);
    CHECK(reply->cd == 0x5A);
    CHECK(reply->bound == to("203.0.113.5", 8080));

    const auto odd = socks4::decode_reply("ff ff ff ff ff ff ff ff"_hex);
    REQUIRE(odd);
    CHECK(odd->vn == 0xFF);
    CHECK(odd->cd == 0xFF);
    CHECK(odd->bound == to("255.255.255.255", 65535));
}

TEST_CASE("a SOCKS4 reply cut short is none") {
    const bytes whole = "00 5a 1f 90 cb 00 71 05"_hex;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(socks4::decode_reply(base::byte_view{whole}.first(size)));
    }
}

} // namespace
} // namespace sockscat::tests
