// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <sockscat/base64.hpp>

#include <string>

namespace sockscat::tests {
namespace {

struct vector {
    std::string plain;
    std::string coded;
};

// RFC 4648 section 10.
const vector vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"}};

TEST_CASE("base64 follows the vectors of RFC 4648 both ways") {
    for (const vector& each : vectors) {
        CAPTURE(each.plain);
        CHECK(to_base64(text_bytes(each.plain)) == each.coded);
        CHECK(from_base64(each.coded) == text_bytes(each.plain));
    }
}

TEST_CASE("every byte value survives base64") {
    bytes all;
    for (unsigned value = 0; value < 256; ++value)
        all.push_back(static_cast<std::uint8_t>(value));
    CHECK(from_base64(to_base64(all)) == all);
}

TEST_CASE("what is no base64 is refused") {
    for (const char* text :
         {"Z", "Zg", "Zg=", "Zg===", "====", "Z===", "Zm9v\n", "Zm 9",
          "Zh==", "Zm9=", "_-8=", "=Zg="}) {
        CAPTURE(text);
        CHECK_FALSE(from_base64(text));
    }
}

} // namespace
} // namespace sockscat::tests
