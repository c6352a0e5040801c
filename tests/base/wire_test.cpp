// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include "base/wire.hpp"

#include <algorithm>

namespace sockscat::tests {
namespace {

using base::message_buffer;
using base::reader;

TEST_CASE("a message is written big-endian and read back") {
    message_buffer out{10};
    out.u8(0xFE);
    out.u16(0x0102);
    out.bytes("aa bb"_hex);
    out.text(std::string_view{"\xff\0z", 3});
    CHECK(to_bytes(out.view()) == "fe 01 02 aa bb ff 00 7a"_hex);

    reader in{out.view()};
    CHECK(in.u8() == 0xFE);
    CHECK(in.u16() == 0x0102);
    CHECK(to_bytes(in.bytes(2).value()) == "aa bb"_hex);
    CHECK(in.left() == 3);
    CHECK(base::as_text(in.bytes(3).value()) == std::string_view{"\xff\0z", 3});
    CHECK(in.left() == 0);
}

TEST_CASE("a message of exactly its limit fits, one byte more does not") {
    message_buffer out{4};
    out.text("abcd");
    CHECK_THROWS_AS(out.u8(0), std::length_error);
    CHECK_THROWS_AS(out.text("x"), std::length_error);
    CHECK_THROWS_AS(out.bytes("00"_hex), std::length_error);
    CHECK(out.size() == 4);
    CHECK_NOTHROW(out.text(""));
}

TEST_CASE("a message buffer never moves its bytes, and zeroes them when it is cleared") {
    message_buffer out{64};
    out.text("s");
    const std::uint8_t* const memory = out.view().data();
    for (int i = 0; i < 63; ++i)
        out.text("e");
    CHECK(out.view().data() == memory);
    out.clear();
    CHECK(out.size() == 0);
    // The memory is still the buffer's own.
    CHECK(std::all_of(memory, memory + 64, [](std::uint8_t byte) { return byte == 0; }));
}

TEST_CASE("a reader past its end gives nothing, and goes on doing so") {
    const bytes three = "01 02 03"_hex;
    reader in{three};
    CHECK(in.u16() == 0x0102);
    CHECK_FALSE(in.u16());
    CHECK_FALSE(in.u8()); // although one byte was left
    CHECK_FALSE(in.bytes(1));
    CHECK(in.left() == 0);
}

TEST_CASE("a reader refuses counts that would wrap around") {
    const bytes some = "01 02"_hex;
    reader in{some};
    CHECK_FALSE(in.bytes(SIZE_MAX));
}

TEST_CASE("an empty read is possible at the end") {
    reader in{{}};
    REQUIRE(in.bytes(0));
    CHECK(in.bytes(0)->empty());
    CHECK_FALSE(in.u8());
}

} // namespace
} // namespace sockscat::tests
