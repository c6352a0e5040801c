// SPDX-License-Identifier: MIT
/// Reads and writes as io_result.
#pragma once

#include <sockscat/stream.hpp>

#include <cerrno>
#include <sys/types.h>

namespace sockscat::net {

/// What a read or write returned, together with errno.
inline io_result outcome(ssize_t count) {
    if (count >= 0)
        return {{}, static_cast<std::size_t>(count)};
    const int code = errno == EWOULDBLOCK ? EAGAIN : errno;
    return {{code, std::system_category()}, 0};
}

/// Repeats a call that a signal interrupted.
template <class Call>
ssize_t uninterrupted(const Call& call) {
    ssize_t count = 0;
    do
        count = call();
    while (count == -1 && errno == EINTR);
    return count;
}

/// True if a write failed for want of something on this machine (memory, permission): the
/// connection is as it was, and the peer will not report anything. The errors of a connection
/// that has gone are none of these.
inline bool is_local_failure(std::error_code code) {
    if (code.category() != std::system_category())
        return false;
    switch (code.value()) {
    case 0:
    case EAGAIN:
    case ECANCELED:
    case EPIPE:
    case ECONNRESET:
    case ECONNABORTED:
    case ECONNREFUSED:
    case ENOTCONN:
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
        return false;
    default:
        return true;
    }
}

} // namespace sockscat::net
