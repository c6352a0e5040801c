// SPDX-License-Identifier: MIT
/// One absolute limit for a whole set-up.
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

/// `operation` under a limit (0: none); then the observer is told that it has ended.
template <class T>
asio::awaitable<result<T>> limited(
    std::chrono::milliseconds limit, asio::awaitable<result<T>> operation, setup& where) {
    using clock = std::chrono::steady_clock;
    where.ends_at(limit.count() == 0 ? clock::time_point::max() : clock::now() + limit);
    auto ended = co_await within(limit, std::move(operation));
    if (where.watch() != nullptr)
        where.watch()->on_end();
    if (!ended)
        co_return timed_out(where, limit);
    co_return std::move(*ended);
}

} // namespace sockscat::net
