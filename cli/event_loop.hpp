// SPDX-License-Identifier: MIT
/// Runs one operation of the library to its end, or until a signal comes.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace sockscat::cli {

/// What the operation returned; nothing if `signal_fd` became readable first. What was going on
/// then is destroyed with `context`. An exception of the operation is passed on.
template <class T>
std::optional<T> run_until_signal(
    asio::io_context& context, asio::awaitable<T> operation, int signal_fd) {
    std::optional<T> outcome;
    std::exception_ptr thrown;
    asio::posix::stream_descriptor signals{context};
    if (signal_fd != -1) {
        signals.assign(signal_fd);
        signals.async_wait(asio::posix::stream_descriptor::wait_read, [&](std::error_code code) {
            if (!code)
                context.stop();
        });
    }
    auto store = [](std::optional<T>& slot, asio::awaitable<T> work) -> asio::awaitable<void> {
        slot.emplace(co_await std::move(work));
    };
    asio::co_spawn(context, store(outcome, std::move(operation)), [&](std::exception_ptr failed) {
        thrown = std::move(failed);
        if (signal_fd != -1)
            signals.cancel();
    });
    context.restart(); // it may have run before
    context.run();
    if (signal_fd != -1)
        signals.release();
    if (thrown)
        std::rethrow_exception(thrown);
    return outcome;
}

} // namespace sockscat::cli
