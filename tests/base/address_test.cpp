// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <sockscat/address.hpp>

namespace sockscat::tests {
namespace {

bool is_name(const host& value, std::string_view text) {
    const auto* name = std::get_if<host_name>(&value);
    return name != nullptr && name->text == text;
}

void refuses(std::string_view text, std::string_view part) {
    const auto parsed = parse_host(text);
    INFO(part);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == failure::usage);
    CHECK(parsed.error().cause.find(part) != std::string::npos);
}

TEST_CASE("IP addresses are parsed, and printed in their usual form") {
    struct row {
        std::string_view text;
        std::string_view printed;
    };
    const std::vector<row> rows{
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::ffff:c000:201", "192.0.2.1"},
        {"64:ff9b::192.0.2.1", "64:ff9b::c000:201"},
    };
    for (const row& one : rows) {
        CAPTURE(one.text);
        const auto ip = parse_ip(one.text);
        REQUIRE(ip);
        CHECK(to_string(*ip) == one.printed);
        CHECK(parse_host(one.text).value() == *ip);
    }
}

TEST_CASE("IP addresses are in network byte order") {
    CHECK(
        std::get<ipv4_address>(*parse_ip("1.2.3.4")).bytes ==
        std::array<std::uint8_t, 4>{1, 2, 3, 4});
    const auto v6 = std::get<ipv6_address>(*parse_ip("102:304::f")).bytes;
    CHECK(to_bytes(v6) == "01 02 03 04 00 00 00 00 00 00 00 00 00 00 00 0f"_hex);
}

TEST_CASE("what is no IP address is not taken for one") {
    for (const std::string_view text :
         {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "0x7f.0.0.1", " 1.2.3.4",
          "1.2.3.4 ", "[::1]", "fe80::1%eth0", ":::", "12345::", "::1::", "example.com"})
        CHECK_FALSE(parse_ip(text));
    CHECK_FALSE(parse_ip(std::string_view{"1.2.3.4\0", 8}));
    CHECK_FALSE(parse_ip(std::string_view{"::1\0x", 5}));
}

TEST_CASE("a name goes on the wire as it is, without a trailing dot") {
    CHECK(is_name(parse_host("Example.COM").value(), "Example.COM"));
    CHECK(is_name(parse_host("example.com.").value(), "example.com"));
    CHECK(is_name(parse_host("a").value(), "a"));
    CHECK(is_name(parse_host("_srv.x-y").value(), "_srv.x-y"));
    CHECK(is_name(parse_host("123").value(), "123"));
    CHECK_FALSE(parse_host("1.2.3"));
    CHECK_FALSE(parse_host("256.1.1.1"));
}

TEST_CASE("a name of 255 bytes fits, one of 256 does not") {
    const std::string longest(255, 'n');
    CHECK(is_name(parse_host(longest).value(), longest));
    CHECK(is_name(parse_host(longest + ".").value(), longest));
    refuses(longest + "n", "256 bytes, at most 255");
}

TEST_CASE("what no name holds is refused") {
    refuses("", "empty");
    refuses(".", "is not a host name");
    refuses("a b", "not allowed in host names");
    refuses("a/b", "not allowed in host names");
    refuses("user@host", "not allowed in host names");
    refuses("a\\b", "not allowed in host names");
    refuses("a\tb", "not allowed in host names");
    refuses("[a]", "not allowed in host names");
    refuses("a]", "not allowed in host names");
    refuses("[]", "not allowed in host names");
    refuses("a\"b", "not allowed in host names");
    refuses("a\nb", "\\x0a");
    refuses("a*b", "not allowed in host names");
    refuses("a%b", "not allowed in host names");
    refuses(std::string(300, 'a') + "!", "...");
    refuses("a\x7f", "not allowed in host names");
    refuses(std::string_view{"a\0b", 3}, "\\x00");
    refuses("a:b", "not an IPv6 address");
    refuses("::g", "not an IPv6 address");
    refuses("fe80::1%eth0", "not an IPv6 address");
    refuses("m\xfcnchen.example", "is not UTF-8");
    refuses("m\xc3\xbcn chen", "not allowed in host names");
    refuses(std::string_view{"\xc3\xbc\0b", 4}, "not allowed in host names");
    refuses("\xc3\xbc/b", "not allowed in host names");
    refuses(
        "a\xe2\x80\x8d"
        "b.example",
        "cannot be written for DNS"); // a joiner that joins nothing
    refuses("[::1]", "not an IPv6 address");
}

// Names and their forms of UTS 46 (section 4 and its examples) and RFC 3492.
TEST_CASE("names that are not ASCII get their form for DNS, without transitional rules") {
    struct row {
        const char* name;
        const char* ascii;
    };
    for (const row& each : {
             row{"b\u00fccher.example", "xn--bcher-kva.example"},
             row{"B\u00dcCHER.example", "xn--bcher-kva.example"},
             row{"bu\u0308cher.example", "xn--bcher-kva.example"}, // decomposed
             row{"stra\u00dfe.de", "xn--strae-oqa.de"},
             row{"fa\u00df.de", "xn--fa-hia.de"},
             row{"\u03b2\u03cc\u03bb\u03bf\u03c2.com", "xn--nxasmm1c.com"},
             row{"b\u00fccher\u3002example\u3002", "xn--bcher-kva.example"}, // other full stops
             row{"_srv.b\u00fccher.example", "_srv.xn--bcher-kva.example"},
         }) {
        INFO(each.ascii);
        const auto parsed = parse_host(each.name);
        REQUIRE(parsed);
        CHECK(to_string(parsed.value()) == each.ascii);
    }
}

TEST_CASE("loopback is 127/8 and ::1") {
    CHECK(is_loopback(*parse_ip("127.0.0.1")));
    CHECK(is_loopback(*parse_ip("127.255.255.255")));
    CHECK(is_loopback(*parse_ip("::1")));
    CHECK(is_loopback(*parse_ip("::ffff:127.0.0.1")));
    CHECK_FALSE(is_loopback(*parse_ip("128.0.0.1")));
    CHECK_FALSE(is_loopback(*parse_ip("126.0.0.1")));
    CHECK_FALSE(is_loopback(*parse_ip("::")));
    CHECK_FALSE(is_loopback(*parse_ip("::2")));
    CHECK_FALSE(is_loopback(host_name{"localhost"})); // nobody looked it up
}

TEST_CASE("an address is printed as host and port, IPv6 in brackets, names escaped") {
    CHECK(to_string(address{*parse_ip("192.0.2.1"), 80}) == "192.0.2.1:80");
    CHECK(to_string(address{*parse_ip("2001:db8::1"), 0}) == "[2001:db8::1]:0");
    CHECK(to_string(address{host_name{"example.com"}, 65535}) == "example.com:65535");
    CHECK(to_string(address{host_name{"\x1b[1m"}, 1}) == "\\x1b[1m:1");
    CHECK(to_string(address{host_name{""}, 1}) == ":1");
}

TEST_CASE("what means nothing elsewhere is private, to the edges of its networks") {
    // RFC 1122 (loopback), RFC 1918, RFC 3927, RFC 4193, RFC 4291 section 2.5.6
    for (const char* const text :
         {"127.0.0.1", "::1", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255",
          "192.168.0.0", "192.168.255.255", "169.254.0.0", "169.254.255.255",
          "fc00::", "fdff:ffff::1", "fe80::", "febf:ffff::1", "::ffff:10.0.0.1"}) {
        CAPTURE(text);
        CHECK(is_private(*parse_ip(text)));
    }
    for (const char* const text :
         {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
          "192.169.0.0", "169.253.255.255", "169.255.0.0", "192.0.2.1",
          "fbff::", "fe00::", "fe7f:ffff::1", "fec0::", "2001:db8::1", "::", "0.0.0.0"}) {
        CAPTURE(text);
        CHECK_FALSE(is_private(*parse_ip(text)));
    }
    CHECK_FALSE(is_private(host_name{"localhost"})); // nobody looked it up
    CHECK_FALSE(is_private(host_name{"10.0.0.1"}));
}

TEST_CASE("an address that says nothing is 0.0.0.0, :: or a name of no length") {
    CHECK(is_unspecified(*parse_ip("0.0.0.0")));
    CHECK(is_unspecified(*parse_ip("::")));
    CHECK(is_unspecified(host_name{""}));
    CHECK(is_unspecified(host{}));
    CHECK_FALSE(is_unspecified(*parse_ip("0.0.0.1")));
    CHECK_FALSE(is_unspecified(*parse_ip("::1")));
    CHECK_FALSE(is_unspecified(host_name{"a"}));
}

TEST_CASE("only a mapped IPv6 address is the IPv4 address inside it") {
    const auto v6 = std::get<ipv6_address>(*parse_ip("64:ff9b::192.0.2.1"));
    CHECK(unmapped(v6) == host{v6});
    ipv6_address mapped;
    mapped.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1};
    CHECK(unmapped(mapped) == *parse_ip("192.0.2.1"));
    CHECK(unmapped(host_name{"a"}) == host{host_name{"a"}});
    CHECK(unmapped(*parse_ip("192.0.2.1")) == *parse_ip("192.0.2.1"));
}

} // namespace
} // namespace sockscat::tests
