// SPDX-License-Identifier: MIT
/// What a client asks of a proxy.
#pragma once

#include "proto/handshake.hpp"

#include <sockscat/address.hpp>
#include <sockscat/proxy_spec.hpp>

#include <string_view>

namespace sockscat::proto {

struct client_request {
    client_request() = default; // no aggregate: see CONTRIBUTING.md, Style

    proxy_protocol protocol{proxy_protocol::socks5};
    request_command command{request_command::connect};
    /// DST.ADDR and DST.PORT as the client wrote them. A name passes is_name_to_ask().
    address target;
};

/// False for a name that is asked of no proxy: of no length, longer than 255 bytes, or with
/// a control character or a ':'.
bool is_name_to_ask(std::string_view name);

} // namespace sockscat::proto
