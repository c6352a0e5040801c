// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/dns_name.hpp>

#include <string>
#include <utility>
#include <vector>

namespace sockscat::tests {
namespace {

using namespace std::string_literals;

TEST_CASE("names that DNS cannot carry are refused") {
    const std::string label(63, 'a');
    for (const std::string& good :
         {std::string{"."}, std::string{"a"}, label, label + ".b", "_x._tcp.b"s})
        CHECK(check_dns_name(good));
    for (const std::string& bad :
         {""s, "a..b"s, ".a"s, label + "a", "x." + label + "a.y",
          label + "." + label + "." + label + "." + label, "a\\"s, "a\\25"s, "a\\256"s, "\\"s,
          "a\\1x1"s, "a\\11x"s})
        CHECK(check_dns_name(bad).error().kind == failure::usage);
}

TEST_CASE("escapes are bytes of a label") {
    using labels = std::vector<std::string>;
    const std::pair<std::string, labels> names[] = {
        {".", {}},
        {"www.test", {"www", "test"}},
        {"a\\.b.test", {"a.b", "test"}},
        {"\\032\\000\\255", {" \0\xff"s}},
        {"\\\\.\\;", {"\\", ";"}},
        {"\\w\\W\\119", {"wWw"}},
        {"\\046.x", {".", "x"}},
    };
    for (const auto& [text, expected] : names) {
        CAPTURE(text);
        REQUIRE(dns_labels(text));
        CHECK(dns_labels(text).value() == expected);
    }
}

TEST_CASE("a final dot is no part of a name, unless it is escaped") {
    for (const auto& [text, name] :
         {std::pair{"a.test."s, "a.test"s},
          {"a\\.", "a\\."},
          {"a\\..", "a\\."},
          {"a\\\\.", "a\\\\"},
          {".", "."}}) {
        CAPTURE(text);
        REQUIRE(parse_dns_name(text));
        CHECK(parse_dns_name(text).value() == host{host_name{name}});
    }
    for (const char* const bad : {"", "..", "a..", "a\\", "\\300"})
        CHECK(parse_dns_name(bad).error().kind == failure::usage);
}

TEST_CASE("bytes are printed as they are read") {
    for (const std::string& raw :
         {"www.test"s, "a b.test"s, "\xc3\xa9.test"s, "x\\y;z\"(){}@$.test"s, "\0\x1b\n\x7f"s}) {
        const std::string text = to_dns_text(raw);
        CAPTURE(text);
        for (const char c : text)
            CHECK((c > 0x20 && c < 0x7F));
        std::string back;
        const auto labels = dns_labels(text);
        REQUIRE(labels);
        for (const std::string& label : labels.value())
            back += (back.empty() ? "" : ".") + label;
        CHECK(back == raw);
    }
    CHECK(to_dns_text("a b\\c") == "a\\032b\\\\c");
}

TEST_CASE("an address has a name in arpa") {
    CHECK(reverse_name(*parse_ip("192.0.2.1")) == "1.2.0.192.in-addr.arpa");
    CHECK(
        reverse_name(*parse_ip("2001:db8::1f")) ==
        "f.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST_CASE("names under onion and i2p have no DNS") {
    for (const char* const name :
         {"onion", "abc.onion", "ABC.ONION", "a.b.onion", "abc.onion.", "i2p", "abc.i2p", "Abc.I2P",
          "abc.b32.i2p.", "i2p.", "abc.\\111nion", "a\\.b.onion"})
        CHECK(has_no_dns(name));
    for (const char* const name :
         {"", ".", "..", "onion.test", "i2p.test", "myonion", "abc.onions", "abc.oni", "onion..x",
          "abc\\.onion"})
        CHECK_FALSE(has_no_dns(name));
}

} // namespace
} // namespace sockscat::tests
