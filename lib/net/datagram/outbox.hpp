// SPDX-License-Identifier: MIT
/// Datagrams made ready to go: with a header for each hop, and protected if the last hop requires
/// it.
#pragma once

#include "base/wire.hpp"
#include "datagram_batch.hpp"
#include "datagram_guard.hpp"

#include <sockscat/association.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sockscat::net {

/// One batch at a time; owns its bytes but for the data. Not movable.
class outbox {
  public:
    /// `behind`: the relays of the hops behind the first, in their order. `guard`: of the last hop.
    outbox(std::span<const address> behind, std::optional<datagram_guard> guard);

    /// The most bytes of data in a datagram to this host.
    [[nodiscard]] std::size_t max_payload(const host& to) const;

    /// Forgets the batch before, and takes datagrams from the front, batch_size at most. Why it
    /// stopped before the others: too_long, not_protected; none if the batch is full.
    send_stop pack(std::span<const outgoing_datagram> datagrams);

    /// The batch; valid until the next pack(), as long as the data is there.
    [[nodiscard]] std::span<const parcel> parcels() const { return parcels_; }

  private:
    std::optional<parcel> wrap(const outgoing_datagram& datagram);

    base::message_buffer envelope_; // headers for the hops behind the first
    std::optional<datagram_guard> guard_;
    std::size_t room_; // for the last hop's header and the data
    base::message_buffer headers_;
    std::vector<parcel> parcels_;
};

} // namespace sockscat::net
