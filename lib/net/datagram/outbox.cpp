// SPDX-License-Identifier: MIT
#include "outbox.hpp"

#include "proto/udp_header.hpp"

#include <utility>

namespace sockscat::net {

outbox::outbox(std::span<const address> behind, std::optional<datagram_guard> guard)
    : envelope_{proto::max_udp_header * max_hops}, guard_{std::move(guard)},
      room_{proto::max_datagram}, headers_{
                                      proto::max_udp_header * (behind.size() + 1) * batch_size} {
    // Each hop is told where the next one accepts its datagrams.
    for (const address& relay : behind)
        proto::encode_udp_header(envelope_, relay);
    room_ -= envelope_.size();
    if (guard_)
        room_ = guard_->room_in(room_);
    parcels_.reserve(batch_size);
}

std::size_t outbox::max_payload(const host& to) const {
    const std::size_t header = proto::udp_header_size(to);
    return room_ > header ? room_ - header : 0;
}

send_stop outbox::pack(std::span<const outgoing_datagram> datagrams) {
    headers_.clear();
    parcels_.clear();
    for (const outgoing_datagram& each : datagrams) {
        if (parcels_.size() == batch_size)
            break;
        if (each.data.size() > max_payload(each.to.host))
            return send_stop::too_long;
        auto wrapped = wrap(each);
        if (!wrapped)
            return send_stop::not_protected;
        parcels_.push_back(std::move(*wrapped));
    }
    return send_stop::none;
}

std::optional<parcel> outbox::wrap(const outgoing_datagram& datagram) {
    const std::size_t begin = headers_.size();
    headers_.bytes(envelope_.view());
    proto::encode_udp_header(headers_, datagram.to);
    parcel made;
    made.head = headers_.view().subspan(begin);
    made.body = datagram.data;
    made.header = made.head.subspan(envelope_.size());
    made.payload = datagram.data.size();
    if (!guard_)
        return made;
    auto sealed = guard_->seal(made.header, datagram.data);
    if (!sealed)
        return std::nullopt;
    made.sealed = std::move(*sealed);
    made.head = made.head.first(envelope_.size());
    made.body = made.sealed;
    return made;
}

} // namespace sockscat::net
