// SPDX-License-Identifier: MIT
/// Datagrams that came, taken out of the headers of all hops; what is invalid is dropped and
/// counted.
#pragma once

#include "datagram_batch.hpp"
#include "datagram_guard.hpp"
#include "net/setup.hpp"
#include "proto/udp_header.hpp"

#include <sockscat/association.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sockscat::net {

/// Owns the bytes of the last batch. Not movable.
class inbox {
  public:
    /// `relays`: of all hops, the nearest first, which has a `zone` if it is link-local. `guard`:
    /// of the last hop. `where` is borrowed.
    inbox(
        std::vector<address> relays,
        std::uint32_t zone,
        std::optional<datagram_guard> guard,
        const setup& where);

    /// What has come on the socket; valid until the next call.
    std::span<const incoming_datagram> receive(int fd);

    [[nodiscard]] const drop_counters& dropped() const { return dropped_; }
    /// True if the last receive() found nothing, not even something to drop.
    [[nodiscard]] bool is_drained() const { return drained_; }

  private:
    using reason = std::uint64_t drop_counters::*;

    void take(const datagram_receiver::datagram& came);
    void drop(reason why) { ++(dropped_.*why); }
    std::optional<proto::udp_payload> take_header_off(std::span<const std::uint8_t> bytes);
    std::optional<std::span<const std::uint8_t>> open(std::span<const std::uint8_t> bytes);
    void deliver(std::span<const std::uint8_t> bytes);

    std::vector<address> relays_;
    std::uint32_t zone_;
    std::optional<datagram_guard> guard_;
    const setup& where_;
    datagram_receiver receiver_;
    std::vector<std::vector<std::uint8_t>> opened_;
    std::vector<incoming_datagram> incoming_;
    drop_counters dropped_;
    bool drained_{false};
};

} // namespace sockscat::net
