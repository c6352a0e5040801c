// SPDX-License-Identifier: MIT
// A datagram that is accepted says the same when its header is written again.
#include "fuzz.hpp"

#include "proto/udp_header.hpp"

#include <variant>

namespace sockscat::fuzz {
namespace {

void check(base::byte_view datagram) {
    const auto decoded = proto::decode_datagram(datagram);
    const auto* payload = std::get_if<proto::udp_payload>(&decoded);
    if (payload == nullptr)
        return;
    must(payload->data.size() < datagram.size(), "a datagram without a header was accepted");
    base::message_buffer out{proto::max_udp_header + datagram.size()};
    proto::encode_udp_header(out, payload->from);
    must(
        out.size() == proto::udp_header_size(payload->from.host),
        "a header has another size than was said");
    out.bytes(payload->data);
    const auto again = proto::decode_datagram(out.view());
    const auto* same = std::get_if<proto::udp_payload>(&again);
    must(same != nullptr && same->from == payload->from, "the address changed");
    must(
        std::equal(
            same->data.begin(), same->data.end(), payload->data.begin(), payload->data.end()),
        "the data changed");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::check({data, size});
    return 0;
}
