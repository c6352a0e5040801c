// SPDX-License-Identifier: MIT
/// A point in time at which an operation of a coroutine is given up.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

namespace sockscat::cli {

using deadline = std::chrono::steady_clock::time_point;

/// The value of `operation`, or nothing if it has not ended at `end` (deadline::max(): never); then
/// it is cancelled and has ended when this returns. `operation` must not throw.
template <class T>
asio::awaitable<std::optional<T>> before(deadline end, asio::awaitable<T> operation) {
    using namespace asio::experimental::awaitable_operators;
    if (end == deadline::max())
        co_return co_await std::move(operation);
    asio::steady_timer timer{co_await asio::this_coro::executor, end};
    std::error_code ignored;
    auto first = co_await (
        std::move(operation) ||
        timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored)));
    if (first.index() != 0)
        co_return std::nullopt;
    co_return std::move(std::get<0>(first));
}

/// A moment after `end`: for operations that have the same limit themselves and say better where
/// they stood when it ran out.
inline deadline just_after(deadline end) {
    return end == deadline::max() ? end : end + std::chrono::milliseconds{50};
}

} // namespace sockscat::cli
