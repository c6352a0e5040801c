// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <sockscat/text.hpp>

namespace sockscat::tests {
namespace {

// Every byte as \xNN.
std::string all_escaped(std::string_view text) {
    std::string out;
    for (const std::uint8_t byte : text_bytes(text)) {
        const std::uint8_t one[] = {byte};
        out += "\\x" + hex(one);
    }
    return out;
}

TEST_CASE("plain text and harmless UTF-8 stay as they are") {
    for (const std::string_view text :
         {"", "plain text ~", "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x98\xba", "\xc2\xa0",
          "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xe0\xa0\x80", "\xf0\x90\x80\x80"})
        CHECK(escape(text) == text);
}

TEST_CASE("one is no plural") {
    CHECK(counted(0, "byte") == "0 bytes");
    CHECK(counted(1, "byte") == "1 byte");
    CHECK(counted(2, "datagram") == "2 datagrams");
}

TEST_CASE("C0, DEL and C1 are escaped, each byte of them") {
    for (unsigned value = 0; value < 0xA0; ++value) {
        if (value >= 0x20 && value < 0x7F)
            continue;
        CAPTURE(value);
        const auto low = static_cast<char>(value);
        const std::string text = value < 0x80 ? std::string(1, low) : std::string{"\xc2"} + low;
        CHECK(escape(text) == all_escaped(text));
    }
    CHECK(escape("a\x1b[31mb") == "a\\x1b[31mb");
    CHECK(escape(std::string_view{"a\0b", 3}) == "a\\x00b");
}

TEST_CASE("what reorders or separates lines is escaped") {
    for (const std::string_view text :
         {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
          "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8",
          "\xe2\x81\xa9", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xd8\x9c"})
        CHECK(escape(text) == all_escaped(text));
    // Their neighbours are harmless.
    for (const std::string_view text :
         {"\xe2\x80\xa7", "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa"})
        CHECK(escape(text) == text);
}

TEST_CASE("invalid UTF-8 is escaped byte by byte") {
    for (const std::string_view text :
         {"\x80", "\xbf", "\xc3", "\xe2\x82", "\xf0\x9f\x98",        // cut short, or out of nowhere
          "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",    // overlong
          "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xc0\x9b",        // overlong
          "\xed\xa0\x80", "\xed\xbf\xbf",                            // surrogates
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff"}) { // beyond Unicode
        CAPTURE(hex(text_bytes(text)));
        CHECK(escape(text) == all_escaped(text));
    }
}

TEST_CASE("text goes on behind what is invalid") {
    CHECK(escape("\xc3(") == "\\xc3(");
    CHECK(
        escape("\xe2\x82"
               "A") == "\\xe2\\x82A");
    CHECK(escape("a\xff\xc3\xbc") == "a\\xff\xc3\xbc");
    CHECK(escape("\xf0\x9f\x98\x1b") == "\\xf0\\x9f\\x98\\x1b");
}

TEST_CASE("a backslash is doubled, so that nothing can pretend to have been escaped") {
    CHECK(escape("\\x1b") == "\\\\x1b");
    CHECK(escape("\"") == "\"");
}

TEST_CASE("a quoted text cannot end its quotes") {
    CHECK(quote("") == "\"\"");
    CHECK(quote("say \"hi\"\n") == "\"say \\\"hi\\\"\\x0a\"");
    CHECK(quote("\\") == "\"\\\\\"");
}

TEST_CASE("bytes in hexadecimal") {
    CHECK(hex({}).empty());
    CHECK(hex("00 0f f0 ff"_hex) == "000ff0ff");
    CHECK(hex("00 0f f0"_hex, " ") == "00 0f f0");
    CHECK(hex("7f"_hex, ", ") == "7f");
}

TEST_CASE("one byte has two digits") {
    CHECK(hex_byte(0x00) == "00");
    CHECK(hex_byte(0x0f) == "0f");
    CHECK(hex_byte(0xf0) == "f0");
}

TEST_CASE("a limit is told in seconds, with as many digits as it needs") {
    using std::chrono::milliseconds;
    CHECK(seconds_text(milliseconds{30'000}) == "30 s");
    CHECK(seconds_text(milliseconds{500}) == "0.5 s");
    CHECK(seconds_text(milliseconds{1}) == "0.001 s");
    CHECK(seconds_text(milliseconds{0}) == "0 s");
}

TEST_CASE("only ASCII letters have a lower case") {
    CHECK(lower("Socks5H+TLS") == "socks5h+tls");
    CHECK(lower("@[`{\xc3\x84 I") == "@[`{\xc3\x84 i");
    CHECK(lower("").empty());
    static_assert(lower('A') == 'a' && lower('Z') == 'z' && lower('[') == '[');
}

TEST_CASE("a list is split at its commas, and nothing is left out") {
    using items = std::vector<std::string_view>;
    CHECK(split_at_commas("a,bc,d") == items{"a", "bc", "d"});
    CHECK(split_at_commas("a") == items{"a"});
    CHECK(split_at_commas("") == items{""});
    CHECK(split_at_commas(",") == items{"", ""});
    CHECK(split_at_commas("a,,b,") == items{"a", "", "b", ""});
}

TEST_CASE("a long text is quoted to its hundredth byte, and not into a character") {
    const std::string hundred(100, 'a');
    CHECK(quote_start("") == "\"\"");
    CHECK(quote_start(hundred) == quote(hundred));
    CHECK(quote_start(hundred + "b") == quote(hundred) + "...");
    const auto cut_in = [](std::size_t before, std::string_view character) {
        const std::string start(before, 'a');
        return quote_start(start + std::string{character} + std::string(10, 'b')) ==
               quote(start) + "...";
    };
    CHECK(cut_in(99, "\xc3\xbc"));
    CHECK(cut_in(98, "\xe2\x82\xac"));
    CHECK(cut_in(97, "\xf0\x9f\x98\xba"));
    // Whole where it ends there.
    CHECK(
        quote_start(std::string(98, 'a') + "\xc3\xbc!") ==
        quote(std::string(98, 'a') + "\xc3\xbc") + "...");
    // No character has more than three bytes of this kind.
    const std::string broken = std::string(90, 'a') + std::string(20, '\x80');
    CHECK(quote_start(broken) == quote(broken.substr(0, 96)) + "...");
}

} // namespace
} // namespace sockscat::tests
