// SPDX-License-Identifier: MIT
/// Several coroutines on one thread.
#pragma once

#include <asio/awaitable.hpp>

#include <functional>

namespace sockscat::cli {

/// Calls `work` so many times at once; returns when all of them have ended. The first exception is
/// passed on. `work` is borrowed.
asio::awaitable<void> run_together(int workers, const std::function<asio::awaitable<void>()>& work);

} // namespace sockscat::cli
