// SPDX-License-Identifier: MIT
#include "inbox.hpp"

#include "datagram_trace.hpp"
#include "net/sockaddr.hpp"

#include <utility>
#include <variant>

namespace sockscat::net {
namespace {

// A relay that we know by name may call itself by any address; and a hop may not say from whom it
// has a datagram (0.0.0.0:0).
bool is_from(const address& source, const address& relay) {
    if (is_unspecified(source.host) && source.port == 0)
        return true;
    return std::holds_alternative<host_name>(relay.host) ? source.port == relay.port
                                                         : source == relay;
}

} // namespace

inbox::inbox(
    std::vector<address> relays,
    std::uint32_t zone,
    std::optional<datagram_guard> guard,
    const setup& where)
    : relays_{std::move(relays)}, zone_{zone}, guard_{std::move(guard)}, where_{where} {}

std::span<const incoming_datagram> inbox::receive(int fd) {
    incoming_.clear();
    opened_.clear();
    const auto batch = receiver_.receive(fd);
    drained_ = batch.empty();
    for (const auto& came : batch)
        take(came);
    return incoming_;
}

void inbox::take(const datagram_receiver::datagram& came) {
    if (came.is_cut)
        return drop(&drop_counters::malformed);
    const auto source = from_sockaddr(came.source);
    if (!source || *source != relays_.front() || zone_of(came.source) != zone_)
        return drop(&drop_counters::wrong_source);
    std::span<const std::uint8_t> bytes = came.bytes;
    for (const address& next : std::span{relays_}.subspan(1)) {
        const auto inner = take_header_off(bytes);
        if (!inner)
            return;
        if (!is_from(inner->from, next))
            return drop(&drop_counters::wrong_source);
        bytes = inner->data;
    }
    if (const auto plain = open(bytes))
        deliver(*plain);
}

std::optional<proto::udp_payload> inbox::take_header_off(std::span<const std::uint8_t> bytes) {
    const auto decoded = proto::decode_datagram(bytes);
    const auto* const fault = std::get_if<proto::udp_fault>(&decoded);
    if (fault == nullptr)
        return std::get<proto::udp_payload>(decoded);
    drop(
        *fault == proto::udp_fault::fragment ? &drop_counters::fragment
                                             : &drop_counters::malformed);
    return std::nullopt;
}

std::optional<std::span<const std::uint8_t>> inbox::open(std::span<const std::uint8_t> bytes) {
    if (!guard_)
        return bytes;
    auto plain = guard_->open(bytes);
    if (plain)
        return opened_.emplace_back(std::move(*plain));
    drop(&drop_counters::malformed);
    return std::nullopt;
}

void inbox::deliver(std::span<const std::uint8_t> bytes) {
    const auto payload = take_header_off(bytes);
    if (!payload)
        return;
    const auto header = bytes.first(bytes.size() - payload->data.size());
    notify_datagram(where_, direction::from_proxy, header, payload->data.size());
    incoming_.push_back({payload->from, payload->data});
}

} // namespace sockscat::net
