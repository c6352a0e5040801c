// SPDX-License-Identifier: MIT
/// A description of our own of what an inherited descriptor refers to.
#pragma once

namespace sockscat::net {

/// Opens a pipe or a terminal again, close-on-exec and in non-blocking mode; `mode` is O_RDONLY or
/// O_WRONLY. -1 where that cannot be had: the descriptor is used as it is then.
int open_anew(int fd, int mode);

/// True of the master of a pseudo-terminal: opened again it would make a new pair.
bool is_pty_master(int terminal);

} // namespace sockscat::net
