// SPDX-License-Identifier: MIT
/// One absolute limit for a whole setup.
#pragma once

#include "net/setup.hpp"
#include "net/within.hpp"

#include <sockscat/result.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <utility>

namespace sockscat::net {

/// The failure of what was going on when `limit` ran out.
error timed_out(const setup& where, std::chrono::milliseconds limit);

/// `operation` under a limit (0: none), of which some may be spent; then the observer is told that
/// it has ended.
template <class T>
asio::awaitable<result<T>> limited(
    std::chrono::milliseconds limit,
    std::chrono::milliseconds spent,
    asio::awaitable<result<T>> operation,
    setup& where) {
    const deadline end = after(limit, spent);
    where.ends_at(end);
    auto ended = co_await before(end, std::move(operation));
    if (where.watch() != nullptr)
        where.watch()->on_end();
    if (!ended)
        co_return timed_out(where, limit);
    co_return std::move(*ended);
}

} // namespace sockscat::net
