// SPDX-License-Identifier: MIT
/// \file
/// What a program can do itself: the connection to the first hop, and authentication methods that
/// this library does not have.
///
///     options.dial = [&](const sockscat::proxy_spec&) { return my_stream(); };
///
/// Both kinds of function return awaitables that run inside the operation: on its executor, within
/// its time limit. When the limit runs out or the operation is cancelled, the awaitable is
/// cancelled (asio::cancellation_type::terminal), and the operation ends when the awaitable has
/// ended. They must not throw. A coroutine lambda must outlive its awaitable, as it does inside the
/// options, which are borrowed until the operation is done; copies of the options share what its
/// captures refer to. An error may leave out the hop and the phase: they are filled in.
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/proxy_spec.hpp>
#include <sockscat/result.hpp>
#include <sockscat/stream.hpp>

#include <asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace sockscat {

/// Makes the stream to the first hop of a chain, in place of a TCP or Unix connection: over another
/// tunnel, a serial line, a pipe; adopt_socket() of socket_stream.hpp makes one of a socket. Called
/// once for every connection that is made, in phase::connect; `hop` is borrowed until the awaitable
/// is done. The operation then owns the stream, and puts TLS on top of it if transport::tls says
/// so. What its remote() returns is taken as the proxy's address; its is_private() decides whether
/// a password is sent in clear text. Datagrams of an association do not go through it. Errors: any;
/// failure::proxy_unreachable is usual.
using dial_function =
    std::function<asio::awaitable<result<std::unique_ptr<stream>>>(const proxy_spec& hop)>;

/// An authentication method of SOCKS5 (RFC 1928 section 3) that the program speaks itself.
struct authenticator {
    authenticator() = default;

    /// METHOD, 0x01 to 0xFE; replaces the library's own method of that number.
    std::uint8_t method{0};
    /// Called in phase::auth when the proxy has chosen the method. Takes the stream, and returns
    /// the one to send the request on: the same, or another one on top of it if the method protects
    /// what follows. It must not read beyond the last message of the method. After an error the
    /// stream is closed. Errors: any; failure::credentials for a rejection.
    std::function<asio::awaitable<result<std::unique_ptr<stream>>>(std::unique_ptr<stream> over)>
        run;
};

} // namespace sockscat
