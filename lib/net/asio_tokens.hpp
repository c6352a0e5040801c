// SPDX-License-Identifier: MIT
/// The only place that knows which Asio this is.
#pragma once

#include <asio/use_awaitable.hpp>
#include <asio/version.hpp>

#if ASIO_VERSION >= 102300
#include <asio/as_tuple.hpp>
#else
#include <asio/experimental/as_tuple.hpp>
#endif

namespace sockscat::net {

/// Completes with a tuple that begins with the error code; never throws for an error.
#if ASIO_VERSION >= 102300
inline constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
#else
inline constexpr auto as_tuple = asio::experimental::as_tuple(asio::use_awaitable);
#endif

} // namespace sockscat::net
