// SPDX-License-Identifier: MIT
/// The only bridge between a handshake and a stream.
#pragma once

#include "setup.hpp"

#include <sockscat/result.hpp>
#include <sockscat/stream.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::proto {
class exchange;
}

namespace sockscat::net {

/// Does what the machine says until it is done, has failed, or listens (BIND). All arguments are
/// borrowed. Sets no limit of its own, but for steps whose outcome is known already.
asio::awaitable<result<void>> run_handshake(stream& over, proto::exchange& machine, setup& where);

} // namespace sockscat::net
