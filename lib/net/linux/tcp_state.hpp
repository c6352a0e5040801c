// SPDX-License-Identifier: MIT
/// What the kernel knows of a connection and no read or write says.
#pragma once

namespace sockscat::net {

/// True if a TCP connection is gone for good: reset, or ended by both sides. Where the system does
/// not say: false.
bool is_gone(int socket);

/// True if the other end has acknowledged all that was written, as far as the system knows.
bool is_all_acknowledged(int socket);

} // namespace sockscat::net
