// SPDX-License-Identifier: MIT
#include <sockscat/datagram.hpp>

#include "udp_header.hpp"

#include <string>
#include <variant>

namespace sockscat {

static_assert(max_datagram_size == proto::max_datagram);

result<std::vector<std::uint8_t>> encode_datagram(
    const address& to, std::span<const std::uint8_t> data) {
    const auto* name = std::get_if<host_name>(&to.host);
    if (name != nullptr && (name->text.empty() || name->text.size() > 255))
        return usage_error(
            "a host name has 1 to 255 bytes, this one has " + std::to_string(name->text.size()));
    const std::size_t size = proto::udp_header_size(to.host) + data.size();
    if (size > max_datagram_size)
        return usage_error("a datagram of " + std::to_string(size) + " bytes is too long");
    base::message_buffer out{size};
    proto::encode_udp_header(out, to);
    out.bytes(data);
    const base::byte_view whole = out.view();
    return std::vector<std::uint8_t>{whole.begin(), whole.end()};
}

std::optional<relayed_datagram> decode_datagram(std::span<const std::uint8_t> datagram) {
    auto taken = proto::decode_datagram(datagram);
    auto* const payload = std::get_if<proto::udp_payload>(&taken);
    if (payload == nullptr)
        return std::nullopt;
    return relayed_datagram{std::move(payload->from), payload->data};
}

} // namespace sockscat
