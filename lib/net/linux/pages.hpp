// SPDX-License-Identifier: MIT
/// Pages of memory that change hands inside the kernel. Nothing here ever waits or changes a flag.
/// Where the system has no such calls, each says EINVAL or nothing, and the caller copies.
#pragma once

#include <sockscat/stream.hpp>

#include <cstddef>

namespace sockscat::net {

/// Moves up to `size` bytes between two descriptors, one of which is a pipe (splice(2)). EINVAL:
/// they have to be copied.
io_result move_pages(int from, int to, std::size_t size);
/// Makes a pipe as large as an unprivileged process may: a pipe has a slot for each fragment, and
/// fragments may be as short as a segment of the network. Silently leaves it if that is refused.
void enlarge_pipe(int pipe);

} // namespace sockscat::net
