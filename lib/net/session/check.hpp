// SPDX-License-Identifier: MIT
/// What is refused before the first packet.
#pragma once

#include "proto/handshake.hpp"

#include <sockscat/client.hpp>

namespace sockscat::net {

/// failure::usage for options, or a request of the last hop, that cannot work. `destination` may be
/// any that fits the command. Reads the files of TLS; sends nothing, makes nothing.
result<void> check_request(
    const connect_options& options, proto::request_command command, const address& destination);

} // namespace sockscat::net
