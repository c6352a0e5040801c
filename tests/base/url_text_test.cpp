// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "base/url_text.hpp"

#include <string>
#include <string_view>

namespace sockscat::tests {
namespace {

using base::percent_decode;
using base::percent_encode;

// RFC 3986 section 2.3.
constexpr std::string_view unreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

TEST_CASE("all but unreserved characters are percent-encoded, and come back") {
    for (int value = 0; value < 256; ++value) {
        CAPTURE(value);
        const std::string one(1, static_cast<char>(value));
        const std::string written = percent_encode(one);
        const bool is_plain = unreserved.find(one) != std::string_view::npos;
        CHECK((written == one) == is_plain);
        CHECK(written.size() == (is_plain ? 1 : 3));
        CHECK(percent_decode(written) == one);
    }
    CHECK(percent_encode("/a b") == "%2fa%20b");
    CHECK(percent_encode("/a b", "/") == "/a%20b");
}

TEST_CASE("digits of an escape are read in either case, and nothing else is a digit") {
    CHECK(percent_decode("%aF%Af%09%90") == "\xaf\xaf\x09\x90");
    for (const std::string_view bad :
         {"%", "%4", "%4g", "%g4", "%/0", "%0/", "%:0", "%0:", "%@0", "%0@", "%G0", "%0G", "%`0",
          "%0`", "%%41"}) {
        CAPTURE(bad);
        CHECK_FALSE(percent_decode(bad));
    }
    CHECK(percent_decode("") == "");
    CHECK(percent_decode("%2541") == "%41"); // once
}

} // namespace
} // namespace sockscat::tests
