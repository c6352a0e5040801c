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

/// The value of `operation`, or nothing if it did not end within `limit` (0: no limit); it is
/// cancelled then and has ended when this returns. `operation` must not throw: its exception would
/// be taken for a time-out.
template <class T>
asio::awaitable<std::optional<T>> within(
    std::chrono::milliseconds limit, asio::awaitable<T> operation) {
    using namespace asio::experimental::awaitable_operators;
    if (limit == std::chrono::milliseconds::zero())
        co_return co_await std::move(operation);
    asio::steady_timer timer{co_await asio::this_coro::executor, limit};
    auto first = co_await (std::move(operation) || timer.async_wait(as_tuple));
    if (first.index() != 0)
        co_return std::nullopt;
    co_return std::move(std::get<0>(first));
}

} // namespace sockscat::net
