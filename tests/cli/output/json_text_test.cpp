// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/output/json_text.hpp"

#include <limits>

namespace sockscat::tests {
namespace {

using cli::json_text;

TEST_CASE("JSON has commas where they belong") {
    json_text out;
    out.begin_object();
    out.text("a", "b");
    out.begin_array("list");
    out.begin_object();
    out.null("x");
    out.boolean("y", true);
    out.end_object();
    out.begin_object();
    out.end_object();
    out.end_array();
    out.begin_array("none");
    out.end_array();
    out.number("n", -7);
    out.text_or_null("t", "");
    out.end_object();
    CHECK(
        std::move(out).line() ==
        R"({"a":"b","list":[{"x":null,"y":true},{}],"none":[],"n":-7,"t":null})"
        "\n");
}

std::string text_of(std::string_view value) {
    json_text out;
    out.begin_object();
    out.text("t", value);
    out.end_object();
    return std::move(out).line();
}

TEST_CASE("what JSON reserves, and what is no UTF-8, is escaped") {
    CHECK(text_of("plain ~ text") == "{\"t\":\"plain ~ text\"}\n");
    CHECK(text_of("a\"b\\c\n\x01") == "{\"t\":\"a\\\"b\\\\c\\n\\u0001\"}\n");
    CHECK(text_of("\x7f") == "{\"t\":\"\x7f\"}\n");
    CHECK(text_of("gr\xc3\xbc\xc3\x9f") == "{\"t\":\"gr\xc3\xbc\xc3\x9f\"}\n");
    CHECK(text_of("\xff") == "{\"t\":\"\xef\xbf\xbd\"}\n");
}

TEST_CASE("times are told to the microsecond") {
    const auto told = [](std::optional<double> value) {
        json_text out;
        out.begin_object();
        out.milliseconds("m", value);
        out.end_object();
        return std::move(out).line();
    };
    CHECK(told(0.0) == "{\"m\":0.0}\n");
    CHECK(told(2.0) == "{\"m\":2.0}\n");
    CHECK(told(0.0014) == "{\"m\":0.001}\n");
    CHECK(told(12.3456) == "{\"m\":12.346}\n");
    CHECK(told(1e6) == "{\"m\":1000000.0}\n");
    CHECK(told(std::nullopt) == "{\"m\":null}\n");
    CHECK(told(std::numeric_limits<double>::infinity()) == "{\"m\":null}\n");
}

} // namespace
} // namespace sockscat::tests
