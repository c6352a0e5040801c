// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/dns_name.hpp>

#include <string>

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
          label + "." + label + "." + label + "." + label})
        CHECK(check_dns_name(bad).error().kind == failure::usage);
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
          "abc.b32.i2p.", "i2p."})
        CHECK(has_no_dns(name));
    for (const char* const name :
         {"", ".", "..", "onion.test", "i2p.test", "myonion", "abc.onions", "abc.oni", "onion..x"})
        CHECK_FALSE(has_no_dns(name));
}

} // namespace
} // namespace sockscat::tests
