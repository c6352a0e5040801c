// SPDX-License-Identifier: MIT
/// \file
/// A stream over a socket that the program has connected itself.
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/export.hpp>
#include <sockscat/result.hpp>
#include <sockscat/stream.hpp>

#include <asio/any_io_executor.hpp>

#include <memory>

namespace sockscat {

/// Makes a connected stream socket (TCP or Unix) a stream, for handshake(), secure() or a
/// dial_function. Takes `descriptor`, which is closed with the stream; after an error it is still
/// the caller's. `executor` must be the one that the stream's coroutines run on. Whether the
/// descriptor blocks does not matter, and may change.
///
/// Errors: failure::usage, with the system's code, if `descriptor` is not a connected stream
/// socket.
SOCKSCAT_EXPORT result<std::unique_ptr<stream>> adopt_socket(
    const asio::any_io_executor& executor, int descriptor);

} // namespace sockscat
