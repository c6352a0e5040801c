// SPDX-License-Identifier: MIT
#include "pages.hpp"

#include "net/syscall.hpp"

#include <fcntl.h>

namespace sockscat::net {
namespace {

// 256 slots instead of 16 make it several times as fast.
constexpr int large_pipe = 1 << 20;

} // namespace

// Never SPLICE_F_MORE: the socket would hold back the end of a message.
io_result move_pages(int from, int to, std::size_t size) {
    return outcome(uninterrupted([&] {
        return ::splice(from, nullptr, to, nullptr, size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    }));
}

void enlarge_pipe(int pipe) {
    // EPERM, EBUSY: it is a small pipe then.
    if (::fcntl(pipe, F_GETPIPE_SZ) < large_pipe)
        ::fcntl(pipe, F_SETPIPE_SZ, large_pipe);
}

} // namespace sockscat::net
