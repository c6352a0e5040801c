// SPDX-License-Identifier: MIT
/// The only bridge between a handshake and a stream.
#pragma once

#include "net/setup.hpp"

#include <sockscat/hooks.hpp>
#include <sockscat/result.hpp>
#include <sockscat/stream.hpp>
#include <sockscat/tls_settings.hpp>

#include <asio/awaitable.hpp>

#include <memory>
#include <span>
#include <string_view>

namespace sockscat::proto {
class exchange;
}

namespace sockscat::net {

/// Does what the machine says until it is done, or listens (BIND): then gives back the stream, or
/// another one on top of it if the method says so (TLS with `trust`, for the host `peer`; messages
/// protected by GSSAPI; what an authenticator gives back). After an error the stream is closed. The
/// other arguments are borrowed. Sets no limit of its own, but for steps whose outcome is known
/// already.
asio::awaitable<result<std::unique_ptr<stream>>> run_handshake(
    std::unique_ptr<stream> over,
    proto::exchange& machine,
    const tls_settings& trust,
    std::string_view peer,
    std::span<const authenticator> authenticators,
    setup& where);

} // namespace sockscat::net
