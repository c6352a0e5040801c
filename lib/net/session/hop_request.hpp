// SPDX-License-Identifier: MIT
/// What one hop of a chain is asked.
#pragma once

#include "proto/handshake.hpp"

#include <sockscat/client.hpp>

#include <cstddef>
#include <memory>

namespace sockscat::net {

/// The request for a hop, without a context of GSSAPI; its views point into `hop`.
proto::handshake_request request_for(
    const proxy_spec& hop,
    proto::request_command command,
    const address& destination,
    const handshake_options& options);

/// The machine for that request, with a context of its own. failure::usage if the protocol cannot
/// carry it.
result<std::unique_ptr<proto::exchange>> machine_for(
    const proxy_spec& hop,
    proto::request_command command,
    const address& destination,
    const handshake_options& options);

/// How the handshake with hop `index` goes: only the last one has the caller's methods.
handshake_options options_for(const connect_options& options, std::size_t index);

/// Where a hop is, as the hop before it is told. failure::usage if that one cannot reach it.
result<address> place_of(const proxy_spec& hop);

/// failure::usage, about this hop.
error usage_error_at(const proxy_spec& hop, std::string cause);

} // namespace sockscat::net
