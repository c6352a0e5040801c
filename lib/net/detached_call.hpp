// SPDX-License-Identifier: MIT
/// Calls that block, of libraries that know nothing else, without being held hostage by them.
#pragma once

#include "asio_tokens.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace sockscat::net {

/// Shared by the waiting coroutine and the thread; whoever is last frees it.
template <class T>
struct detached_state {
    detached_state(std::function<T()> wanted, const asio::any_io_executor& executor)
        : job{std::move(wanted)} {
        done.emplace(executor, asio::steady_timer::time_point::max());
    }

    std::function<T()> job;
    std::mutex mutex;
    // Guarded by the mutex. Without the timer the call is abandoned, and its executor may be gone.
    std::optional<asio::steady_timer> done;
    std::optional<T> outcome;
};

template <class T>
void run_in_thread(const std::shared_ptr<detached_state<T>>& shared) {
    T outcome = shared->job();
    shared->job = nullptr; // what it owns is gone before the waiting coroutine goes on
    const std::lock_guard lock{shared->mutex};
    if (!shared->done)
        return;
    shared->outcome.emplace(std::move(outcome));
    asio::post(shared->done->get_executor(), [shared] {
        const std::lock_guard relock{shared->mutex};
        if (shared->done) // expired: also for a wait that has yet to begin
            shared->done->expires_at(asio::steady_timer::time_point::min());
    });
}

template <class T>
bool start_thread(const std::shared_ptr<detached_state<T>>& shared) {
    try {
        std::thread{[shared] { run_in_thread(shared); }}.detach();
    } catch (const std::system_error&) {
        return false;
    }
    return true;
}

/// Leaves the thread behind however the coroutine ends.
template <class T>
class abandon_guard {
  public:
    explicit abandon_guard(std::shared_ptr<detached_state<T>> shared)
        : shared_{std::move(shared)} {}
    abandon_guard(const abandon_guard&) = delete;
    abandon_guard& operator=(const abandon_guard&) = delete;
    ~abandon_guard() {
        const std::lock_guard lock{shared_->mutex};
        shared_->done.reset();
    }

  private:
    std::shared_ptr<detached_state<T>> shared_;
};

/// What `job` returns, called in a detached thread that owns it and everything that it refers to;
/// it must not throw. Nothing if there is no thread to be had. Cancelling returns immediately and
/// abandons the thread.
template <class T>
asio::awaitable<std::optional<T>> detached_call(std::function<T()> job) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto shared = std::make_shared<detached_state<T>>(std::move(job), executor);
    const abandon_guard<T> guard{shared};
    if (!start_thread(shared))
        co_return std::nullopt;
    co_await shared->done->async_wait(as_tuple);
    const std::lock_guard lock{shared->mutex};
    co_return std::move(shared->outcome);
}

} // namespace sockscat::net
