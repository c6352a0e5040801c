// SPDX-License-Identifier: MIT
/// The associations behind a UDP association: one at each hop of the chain.
#pragma once

#include "net/session/chain.hpp"

#include <sockscat/association.hpp>

#include <asio/awaitable.hpp>

#include <cstdint>
#include <vector>

namespace sockscat::net {

/// A hop that relays datagrams as long as its control connection is open.
struct udp_hop {
    udp_hop() = default;

    granted control;
    /// Where datagrams for it go. The first hop's is an IP address; those behind may be a name,
    /// which the hop before looks up.
    address relay;
    /// The interface's index of the first hop's relay, if that is link-local.
    std::uint32_t zone{0};
};

/// Asks every hop of the chain for an association, the nearest first. Errors: as associate().
asio::awaitable<result<std::vector<udp_hop>>> open_udp_hops(
    const connect_options& options, const associate_options& wanted, setup& where);

} // namespace sockscat::net
