// SPDX-License-Identifier: MIT
// Datagrams through a relay, read here once more by section 7 of RFC 1928: what is no header is
// dropped for its reason, and what is one says the same when it is written again.
#include "fuzz.hpp"

#include "proto/udp_header.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

namespace sockscat::fuzz {
namespace {

using base::byte_view;

struct header {
    byte_view address; // ADDR and PORT
    byte_view data;
    bool is_name{false};
};

// Behind RSV and FRAG.
std::optional<header> header_in(byte_view rest) {
    if (rest.empty())
        return std::nullopt;
    header out;
    std::size_t size = 0;
    switch (rest.front()) {
    case 1:
        size = 4;
        break;
    case 3:
        out.is_name = true;
        size = rest.size() > 1 ? 1U + rest[1] : 1U;
        break;
    case 4:
        size = 16;
        break;
    default:
        return std::nullopt;
    }
    if (rest.size() < 1 + size + 2)
        return std::nullopt;
    out.address = rest.subspan(1, size + 2);
    out.data = rest.subspan(1 + size + 2);
    return out;
}

bool is_same(byte_view one, byte_view other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end());
}

void check_dropped(byte_view datagram, proto::udp_fault why) {
    const bool is_fragment =
        datagram.size() >= 3 && datagram[0] == 0 && datagram[1] == 0 && datagram[2] != 0;
    must((why == proto::udp_fault::fragment) == is_fragment, "a fragment, or none");
    if (is_fragment || datagram.size() < 3 || datagram[0] != 0 || datagram[1] != 0)
        return;
    must(!header_in(datagram.subspan(3)), "a header was dropped");
}

void check_delivered(byte_view datagram, const proto::udp_payload& got) {
    must(datagram.size() >= 3, "a datagram without a header was accepted");
    must(datagram[0] == 0 && datagram[1] == 0 && datagram[2] == 0, "RSV and FRAG are not 0");
    const auto expected = header_in(datagram.subspan(3));
    must(expected.has_value(), "a datagram without a header was accepted");
    must(is_same(expected->data, got.data), "other data");
    const byte_view port = expected->address.last(2);
    must(got.from.port == (port[0] << 8U | port[1]), "another port");
    const auto* name = std::get_if<host_name>(&got.from.host);
    must((name != nullptr) == expected->is_name, "a name, or an address");
    if (name != nullptr) {
        const auto text = as_text(expected->address.first(expected->address.size() - 2));
        must(text.substr(1) == name->text, "another name");
        return;
    }
    base::message_buffer out{proto::max_udp_header};
    proto::encode_udp_header(out, got.from);
    const byte_view written = out.view();
    must(
        written.size() == proto::udp_header_size(got.from.host),
        "a header has another size than was said");
    static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    byte_view address = expected->address;
    if (written[3] == 1 && address.size() == 18) {
        must(is_same(address.first(mapped.size()), mapped), "an IPv6 address became another");
        address = address.subspan(mapped.size());
    }
    must(is_same(written.subspan(4), address), "another address");
}

void check(byte_view datagram) {
    const auto decoded = proto::decode_datagram(datagram);
    if (const auto* fault = std::get_if<proto::udp_fault>(&decoded))
        check_dropped(datagram, *fault);
    else
        check_delivered(datagram, std::get<proto::udp_payload>(decoded));
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::check({data, size});
    return 0;
}
