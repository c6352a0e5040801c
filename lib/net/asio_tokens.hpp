// SPDX-License-Identifier: MIT
/// The only place that knows which Asio this is.
#pragma once

#include <asio/error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/version.hpp>

#include <system_error>

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

/// The same code in the system's own category. Codes in that of Asio 1.22 equal no std::errc.
inline std::error_code system_code(const std::error_code& code) {
    const bool is_asio = code && code.category() == asio::error::get_system_category();
    return is_asio ? std::error_code{code.value(), std::system_category()} : code;
}

} // namespace sockscat::net
