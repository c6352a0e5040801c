// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include "proto/socks5.hpp"

namespace sockscat::tests {
namespace {

namespace socks5 = proto::socks5;
using base::message_buffer;

template <class Encode>
bytes encoded(std::size_t limit, const Encode& encode) {
    message_buffer out{limit};
    encode(out);
    return to_bytes(out.view());
}

struct address_row {
    std::string_view name;
    address value;
    bytes wire; // ATYP, address, port
};

std::vector<address_row> address_rows() {
    const std::string longest(255, 'n');
    return {
        {"IPv4", to("192.0.2.1", 80), "01 c0 00 02 01 00 50"_hex},
        {"IPv4 zero", to("0.0.0.0", 0), "01 00 00 00 00 00 00"_hex},
        {"IPv6", to("2001:db8::1", 443),
         "04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 01 bb"_hex},
        {"a name of one byte", to("x", 1), "03 01 78 00 01"_hex},
        {"a name", to("example.com", 65535),
         join("03 0b"_hex, text_bytes("example.com"), "ff ff"_hex)},
        {"a name of no length", {host_name{""}, 8080}, "03 00 1f 90"_hex},
        {"a name of any bytes", {host_name{std::string{"\0\xff", 2}}, 1}, "03 02 00 ff 00 01"_hex},
        {"a name with the sign bit in its length",
         {host_name{std::string(128, 'n')}, 1},
         join("03 80"_hex, bytes(128, 'n'), "00 01"_hex)},
        {"the longest name", to(longest, 1), join("03 ff"_hex, text_bytes(longest), "00 01"_hex)},
    };
}

TEST_CASE("greetings have these bytes") {
    using socks5::method;
    const auto greeting = [](const std::vector<method>& methods) {
        return encoded(socks5::max_greeting, [&](message_buffer& out) {
            socks5::encode_greeting(out, methods);
        });
    };
    CHECK(greeting({method::none}) == "05 01 00"_hex);
    CHECK(greeting({method::password}) == "05 01 02"_hex);
    CHECK(greeting({method::none, method::password}) == "05 02 00 02"_hex);
    CHECK(greeting({method::password, method::none}) == "05 02 02 00"_hex);
    CHECK(greeting(std::vector<method>(255, method::none)).size() == socks5::max_greeting);
}

TEST_CASE("user name and password have these bytes") {
    const auto message = [](std::string_view user, std::string_view password) {
        return encoded(socks5::max_userpass, [&](message_buffer& out) {
            socks5::encode_userpass(out, user, password);
        });
    };
    CHECK(message("alice", "secret") == "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"_hex);
    CHECK(message("", "") == "01 00 00"_hex);
    CHECK(message("u", "") == "01 01 75 00"_hex);
    CHECK(message("", "p") == "01 00 01 70"_hex);
    const std::string longest(255, 'x');
    CHECK(
        message(longest, longest) ==
        join("01 ff"_hex, text_bytes(longest), "ff"_hex, text_bytes(longest)));
    CHECK(message(longest, longest).size() == socks5::max_userpass);
}

TEST_CASE("requests have these bytes") {
    const auto request = [](socks5::command command, const address& where) {
        return encoded(socks5::max_request, [&](message_buffer& out) {
            socks5::encode_request(out, command, where);
        });
    };
    for (const address_row& row : address_rows()) {
        INFO(row.name);
        CHECK(request(socks5::command::connect, row.value) == join("05 01 00"_hex, row.wire));
        CHECK(request(socks5::command::bind, row.value) == join("05 02 00"_hex, row.wire));
        CHECK(request(socks5::command::udp_associate, row.value) == join("05 03 00"_hex, row.wire));
    }
    CHECK(join("05 01 00"_hex, address_rows().back().wire).size() == socks5::max_request);
}

TEST_CASE("addresses are read back from their bytes, and nothing behind them is taken") {
    for (const address_row& row : address_rows()) {
        INFO(row.name);
        const bytes wire = join(row.wire, "99"_hex);
        base::reader in{wire};
        CHECK(socks5::decode_address(in) == row.value);
        CHECK(in.left() == 1);
    }
}

TEST_CASE("replies are read from their bytes, and their size is known from the first five") {
    for (const address_row& row : address_rows()) {
        INFO(row.name);
        const bytes wire = join("05 07 a5"_hex, row.wire);
        const auto reply = socks5::decode_reply(wire);
        REQUIRE(reply);
        CHECK(reply->ver == 0x05);
        CHECK(reply->rep == 0x07);
        CHECK(reply->rsv == 0xA5);
        CHECK(reply->bound == row.value);
        CHECK(socks5::reply_size(base::byte_view{wire}.first(5)) == wire.size());
        CHECK_FALSE(socks5::reply_size(base::byte_view{wire}.first(3)));
        CHECK_FALSE(socks5::has_unknown_address_type(wire));
    }
}

TEST_CASE("a reply cut short anywhere is none") {
    for (const address_row& row : address_rows()) {
        const bytes wire = join("05 00 00"_hex, row.wire);
        for (std::size_t size = 0; size < wire.size(); ++size) {
            CAPTURE(row.name, size);
            CHECK_FALSE(socks5::decode_reply(base::byte_view{wire}.first(size)));
        }
    }
}

TEST_CASE("a reply with an unknown address type is none, and has no size") {
    for (unsigned type = 0; type < 256; ++type) {
        if (type == 1 || type == 3 || type == 4)
            continue;
        const bytes wire =
            join(bytes{0x05, 0x00, 0x00, static_cast<std::uint8_t>(type)}, bytes(258, 0));
        CAPTURE(type);
        CHECK_FALSE(socks5::decode_reply(wire));
        CHECK_FALSE(socks5::reply_size(wire));
        CHECK(socks5::has_unknown_address_type(wire));
    }
    CHECK_FALSE(socks5::has_unknown_address_type("05 00 00"_hex));
}

TEST_CASE("the size of a reply with a name is unknown until its length is there") {
    CHECK_FALSE(socks5::reply_size("05 00 00 03"_hex));
    CHECK(socks5::reply_size("05 00 00 03 00"_hex) == 7);
    CHECK(socks5::reply_size("05 00 00 03 ff"_hex) == 262);
    CHECK(socks5::reply_size("05 00 00 01"_hex) == 10);
    CHECK(socks5::reply_size("05 00 00 04"_hex) == 22);
}

} // namespace
} // namespace sockscat::tests
