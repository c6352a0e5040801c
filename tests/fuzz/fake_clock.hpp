// SPDX-License-Identifier: MIT
/// A clock that moves only when a target says so. Its source replaces std::chrono::steady_clock and
/// keeps Asio from timers of the kernel's.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include "fuzz.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace sockscat::fuzz {

std::chrono::milliseconds now();
void pass(std::chrono::milliseconds time);

/// So much passes at once where nothing else happens.
inline constexpr std::chrono::milliseconds tick{10};

/// What came of an operation, and what it took.
template <class T>
struct run_result {
    std::optional<T> value;
    std::chrono::milliseconds took{0};
};

/// Runs an operation on a loop of its own; cancels it after `cancel_after`, if that is not 0. An
/// operation that has not ended after `bound` breaks a property, as does one that leaves anything
/// behind.
template <class T>
run_result<T> run(
    asio::io_context& loop,
    asio::awaitable<T> job,
    std::chrono::milliseconds bound,
    std::chrono::milliseconds cancel_after = {}) {
    run_result<T> out;
    bool ended = false;
    asio::cancellation_signal cancel;
    const auto store = [](std::optional<T>& slot,
                          asio::awaitable<T> from) -> asio::awaitable<void> {
        slot.emplace(co_await std::move(from));
    };
    asio::co_spawn(
        loop, store(out.value, std::move(job)),
        asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr& thrown) {
            ended = true;
            must(!thrown || cancel_after.count() != 0, "it throws");
        }));
    const auto begin = now();
    bool cancelled = false;
    for (;;) {
        loop.restart();
        loop.poll();
        out.took = now() - begin;
        if (ended)
            break;
        must(!cancelled, "cancelled, it goes on");
        must(out.took <= bound, "it does not end within its time limit");
        if (cancel_after.count() != 0 && out.took >= cancel_after) {
            cancelled = true;
            cancel.emit(asio::cancellation_type::terminal);
            continue;
        }
        pass(tick);
    }
    loop.restart();
    loop.poll();
    must(loop.stopped(), "it has ended, and something of it goes on");
    return out;
}

} // namespace sockscat::fuzz
