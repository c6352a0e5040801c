// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include "proto/udp_header.hpp"

#include <string>
#include <utility>
#include <variant>

namespace sockscat::tests {
namespace {

using proto::udp_fault;
using proto::udp_payload;

struct datagram_case {
    std::string name;
    address from;
    bytes header;
};

const datagram_case datagrams[] = {
    {"IPv4", address{ipv4_address{{192, 0, 2, 1}}, 53}, "00 00 00 01 c0 00 02 01 00 35"_hex},
    {"IPv6", address{*parse_ip("2001:db8::1"), 65535},
     "00 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 ff ff"_hex},
    {"a name", address{host_name{"a.test"}, 80}, "00 00 00 03 06 61 2e 74 65 73 74 00 50"_hex},
};

TEST_CASE("a UDP header is written and read as RFC 1928 section 7 has it") {
    for (const datagram_case& each : datagrams) {
        CAPTURE(each.name);
        base::message_buffer out{proto::max_udp_header};
        proto::encode_udp_header(out, each.from);
        CHECK(bytes(out.view().begin(), out.view().end()) == each.header);
        CHECK(proto::udp_header_size(each.from.host) == each.header.size());

        const bytes whole = join(each.header, text_bytes("data"));
        const auto decoded = proto::decode_datagram(whole);
        REQUIRE(std::holds_alternative<udp_payload>(decoded));
        CHECK(std::get<udp_payload>(decoded).from == each.from);
        CHECK(base::as_text(std::get<udp_payload>(decoded).data) == "data");
    }
}

TEST_CASE("the longest name fits, and its header has the largest size") {
    const address longest{host_name{std::string(255, 'n')}, 1};
    base::message_buffer out{proto::max_udp_header};
    proto::encode_udp_header(out, longest);
    CHECK(out.size() == proto::max_udp_header);
    CHECK(proto::udp_header_size(longest.host) == proto::max_udp_header);
    const auto back = proto::decode_datagram(out.view());
    REQUIRE(std::holds_alternative<udp_payload>(back));
    CHECK(std::get<udp_payload>(back).from == longest);
}

TEST_CASE("a datagram without data is a datagram") {
    const auto decoded = proto::decode_datagram(datagrams[0].header);
    REQUIRE(std::holds_alternative<udp_payload>(decoded));
    CHECK(std::get<udp_payload>(decoded).data.empty());
}

TEST_CASE("an IPv4-mapped source is the IPv4 address") {
    const bytes mapped = "00 00 00 04 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 01 00 35"_hex;
    const auto decoded = proto::decode_datagram(mapped);
    REQUIRE(std::holds_alternative<udp_payload>(decoded));
    CHECK(std::get<udp_payload>(decoded).from == datagrams[0].from);
}

TEST_CASE("a header may name any address and port, or none") {
    const std::pair<bytes, address> odd[] = {
        {"00 00 00 01 00 00 00 00 00 00"_hex, address{ipv4_address{}, 0}},
        {"00 00 00 01 c0 00 02 01 00 00"_hex, address{ipv4_address{{192, 0, 2, 1}}, 0}},
        {"00 00 00 01 ff ff ff ff 00 35"_hex, address{ipv4_address{{255, 255, 255, 255}}, 53}},
        {"00 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"_hex,
         address{ipv6_address{}, 0}},
        {"00 00 00 03 00 00 00"_hex, address{host_name{}, 0}},
    };
    for (const auto& [header, from] : odd) {
        CAPTURE(to_string(from));
        const bytes whole = join(header, text_bytes("data"));
        const auto decoded = proto::decode_datagram(whole);
        REQUIRE(std::holds_alternative<udp_payload>(decoded));
        CHECK(std::get<udp_payload>(decoded).from == from);
        CHECK(base::as_text(std::get<udp_payload>(decoded).data) == "data");
    }
}

TEST_CASE("every header that is cut short is malformed") {
    for (const datagram_case& each : datagrams)
        for (std::size_t size = 0; size < each.header.size(); ++size) {
            CAPTURE(each.name, size);
            const auto decoded = proto::decode_datagram(std::span{each.header}.first(size));
            REQUIRE(std::holds_alternative<udp_fault>(decoded));
            CHECK(std::get<udp_fault>(decoded) == udp_fault::malformed);
        }
}

TEST_CASE("fragments are told from malformed datagrams") {
    const auto fault = [](bytes datagram) {
        return std::get<udp_fault>(proto::decode_datagram(datagram));
    };
    CHECK(fault("00 00 01 01 c0 00 02 01 00 35 61"_hex) == udp_fault::fragment);
    CHECK(fault("00 00 81 01 c0 00 02 01 00 35 61"_hex) == udp_fault::fragment);
    CHECK(fault("00 01 00 01 c0 00 02 01 00 35 61"_hex) == udp_fault::malformed); // RSV
    CHECK(fault("00 00 00 02 c0 00 02 01 00 35 61"_hex) == udp_fault::malformed); // ATYP
}

} // namespace
} // namespace sockscat::tests
