// SPDX-License-Identifier: MIT
/// A time limit on an operation.
#pragma once

#include "asio_tokens.hpp"

#include <asio/awaitable.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

namespace sockscat::net {

/// A point in time at which an operation is given up; max(): never.
using deadline = std::chrono::steady_clock::time_point;

/// The value of `operation`, or nothing if it has not ended at `end`; it is cancelled then and has
/// ended when this returns. `operation` must not throw: its exception would be taken for a
/// time-out.
template <class T>
asio::awaitable<std::optional<T>> before(deadline end, asio::awaitable<T> operation) {
    using namespace asio::experimental::awaitable_operators;
    if (end == deadline::max())
        co_return co_await std::move(operation);
    asio::steady_timer timer{co_await asio::this_coro::executor, end};
    auto first = co_await (std::move(operation) || timer.async_wait(as_tuple));
    if (first.index() != 0)
        co_return std::nullopt;
    co_return std::move(std::get<0>(first));
}

/// `limit` from now on, less what of it is `spent`; 0: never.
inline deadline after(
    std::chrono::milliseconds limit,
    std::chrono::milliseconds spent = std::chrono::milliseconds{0}) {
    return limit.count() == 0 ? deadline::max() : std::chrono::steady_clock::now() + limit - spent;
}

/// The same with a limit from now on (0: no limit).
template <class T>
asio::awaitable<std::optional<T>> within(
    std::chrono::milliseconds limit, asio::awaitable<T> operation) {
    return before(after(limit), std::move(operation));
}

} // namespace sockscat::net
