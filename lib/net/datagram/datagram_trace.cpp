// SPDX-License-Identifier: MIT
#include "datagram_trace.hpp"

#include "proto/trace/annotate.hpp"

#include <sockscat/text.hpp>

namespace sockscat::net {

void notify_datagram(
    const setup& where, direction way, std::span<const std::uint8_t> header, std::size_t data) {
    if (where.watch() == nullptr || !where.watch()->wants_messages())
        return;
    traced_message message = proto::annotate(message_kind::udp_header, way, header);
    message.size = header.size() + data;
    message.rows.emplace_back("..", "DATA      " + counted(data, "byte"));
    where.watch()->on_message(where.hop(), message);
}

} // namespace sockscat::net
