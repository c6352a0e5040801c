// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/options/parse.hpp"

#include <netdb.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using namespace cli;

template <class T>
void refuses(const result<T>& parsed, std::string_view part) {
    INFO(part);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == failure::usage);
    INFO(parsed.error().cause);
    CHECK(parsed.error().cause.find(part) != std::string::npos);
}

TEST_CASE("seconds may have a fraction, and are rounded up") {
    const auto seconds = [](std::string_view text) {
        return parse_seconds("--timeout", text).value();
    };
    CHECK(seconds("30") == 30s);
    CHECK(seconds("0") == 0ms);
    CHECK(seconds("0.0") == 0ms);
    CHECK(seconds("0.5") == 500ms);
    CHECK(seconds(".5") == 500ms);
    CHECK(seconds("1.") == 1s);
    CHECK(seconds("0.0001") == 1ms); // only 0 itself may mean no limit
    CHECK(seconds("1.0001") == 1001ms);
    CHECK(seconds("1000000") == 1'000'000s);
}

TEST_CASE("what is no number of seconds is refused by name and text") {
    for (const std::string_view text :
         {"", "x", "1s", "-1", "+1", " 1", "1 ", "1,5", "1e3", "0x10", "inf", "nan", "1e999", "--1",
          ".", "1.2.3"})
        refuses(parse_seconds("--timeout", text), "--timeout takes a number of seconds");
    refuses(parse_seconds("--timeout", "5\x1b"), "\"5\\x1b\"");
    for (const std::string& text :
         {std::string{"1000001"}, std::string{"4294967296"}, std::string{"1000000.5"},
          std::string(400, '9')})
        refuses(parse_seconds("--timeout", text), "--timeout takes at most 1000000 seconds");
}

TEST_CASE("whole numbers have bounds") {
    CHECK(parse_number("--jobs", "1", 1, 100).value() == 1);
    CHECK(parse_number("--jobs", "100", 1, 100).value() == 100);
    for (const std::string_view text :
         {"", "0", "101", "-1", "+1", "1.0", "0x10", "1 ", "x", "99999999999999999999"})
        refuses(parse_number("--jobs", text, 1, 100), "--jobs takes a whole number from 1 to 100");
}

TEST_CASE("a port is 1 to 65535") {
    CHECK(parse_port("1").value() == 1);
    CHECK(parse_port("65535").value() == 65535);
    CHECK(parse_port("080").value() == 80);
    for (const std::string_view text :
         {"", "0", "65536", "65616", "-1", "+80", "no-such-service", "80 ", " 80", "8.0"})
        refuses(parse_port(text), "not a number from 1 to 65535");
}

TEST_CASE("a port may be the name of a service") {
    if (::getservbyname("https", "tcp") == nullptr || ::getservbyname("domain", "udp") == nullptr)
        return; // no /etc/services
    CHECK(parse_port("https").value() == 443);
    CHECK(parse_port("domain", "udp").value() == 53);
    refuses(parse_port("ssh", "udp"), "nor a known service");
    CHECK(
        parse_ports("ssh,80,http-alt,1-2").value() ==
        std::vector<std::uint16_t>{22, 80, 8080, 1, 2});
}

TEST_CASE("a list of ports keeps its order and opens its ranges") {
    const auto ports = [](std::string_view text) { return parse_ports(text).value(); };
    using list = std::vector<std::uint16_t>;
    CHECK(ports("22") == list{22});
    CHECK(ports("80,22") == list{80, 22});
    CHECK(ports("22,8000-8003,80") == list{22, 8000, 8001, 8002, 8003, 80});
    CHECK(ports("7-7") == list{7});
    CHECK(ports("65534-65535") == list{65534, 65535});
    CHECK(ports("1-65535").size() == 65535);
    for (const std::string_view text :
         {"", ",", "22,", ",22", "22,,23", "0", "0-5", "5-65536", "a-b", "5-", "-5", "1-2-3",
          "22;23", "22, 23"})
        refuses(parse_ports(text), "is neither a port nor a range");
    refuses(parse_ports("80,9-8"), "range \"9-8\" is backwards");
}

TEST_CASE("a destination is one operand or two") {
    struct row {
        std::vector<std::string> operands;
        std::string_view host;
        std::string_view ports;
    };
    for (const row& one : std::vector<row>{
             {{"example.com", "80"}, "example.com", "80"},
             {{"example.com:80"}, "example.com", "80"},
             {{"192.0.2.1:80"}, "192.0.2.1", "80"},
             {{"[2001:db8::1]:80"}, "2001:db8::1", "80"},
             {{"2001:db8::1", "80"}, "2001:db8::1", "80"},
             {{"[2001:db8::1]", "80"}, "2001:db8::1", "80"},
             {{"example.com.", "22,80"}, "example.com", "22,80"},
             {{"example.com:22,80-90"}, "example.com", "22,80-90"}}) {
        CAPTURE(one.operands);
        const auto parsed = parse_destination(one.operands);
        REQUIRE(parsed);
        CHECK(to_string(parsed.value().host) == one.host);
        CHECK(parsed.value().ports == one.ports);
    }
}

TEST_CASE("what is no destination is refused with its reason") {
    struct row {
        std::vector<std::string> operands;
        std::string_view reason;
    };
    for (const row& one : std::vector<row>{
             {{}, "HOST and PORT are missing"},
             {{"example.com"}, "no port in \"example.com\""},
             {{"[::1]"}, "no port in \"[::1]\""},
             {{"::1"}, "ambiguous"},
             {{"2001:db8::1:80"}, "ambiguous"},
             {{"example.com:"}, "the port after host \"example.com\" is empty"},
             {{"example.com", ""}, "the port after host \"example.com\" is empty"},
             {{":80"}, "the host is empty"},
             {{"", "80"}, "the host is empty"},
             {{"a", "80", "b"}, "unexpected operand \"b\""},
             {{"a b", "80"}, "not allowed in host names"},
             {{"user@host", "80"}, "not allowed in host names"},
             {{"[example.com]:80"}, "not allowed in host names"},
             {{"[192.0.2.1]", "80"}, "not allowed in host names"},
             {{"[", "80"}, "host"},
             {{"[]", "80"}, "host"},
             {{"[]:80"}, "host"},
             {{"[::1", "80"}, "host"},
             {{"::1]", "80"}, "host"},
             {{"a[b]", "80"}, "host"}})
        refuses(parse_destination(one.operands), one.reason);
}

} // namespace
} // namespace sockscat::tests
