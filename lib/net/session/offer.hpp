// SPDX-License-Identifier: MIT
/// Which authentication methods a hop is offered, and what they need.
#pragma once

#include "proto/socks5.hpp"

#include <sockscat/client.hpp>

#include <vector>

namespace sockscat::net {

/// True if the options name this method; one that is offered by default is not named.
bool names(const handshake_options& options, auth_method wanted);

/// The methods as they are on the wire, in their order.
std::vector<proto::socks5::method> offer_for(
    const proxy_spec& hop, const handshake_options& options);

/// What would be refused before the first packet: methods without what they need, credentials or a
/// library.
result<void> check_offer(const proxy_spec& hop, const handshake_options& options);

} // namespace sockscat::net
