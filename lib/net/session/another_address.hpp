// SPDX-License-Identifier: MIT
/// Whether a name's other addresses are worth asking for.
#pragma once

#include <sockscat/reply.hpp>

namespace sockscat::net {

/// The reply is about the address that was asked for, not about us or the command: the proxy may
/// reach another one.
bool is_about_address(socks5_reply reply);

} // namespace sockscat::net
