// SPDX-License-Identifier: MIT
/// \file
/// Several coroutines side by side on one thread, waited for together.
///
///     const std::function<asio::awaitable<void>()> work = [&] { return take_names(names); };
///     co_await sockscat::run_together(4, work);
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/export.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>

namespace sockscat {

/// Workers that run the same coroutine. They refer to the group, so its owner must wait() until
/// they have ended before destroying it. Executor, group and workers belong to one thread or
/// strand.
class worker_group {
  public:
    /// Calls `work`, which is borrowed, once for each worker.
    SOCKSCAT_EXPORT worker_group(
        const asio::any_io_executor& executor, const std::function<asio::awaitable<void>()>& work);
    worker_group(const worker_group&) = delete;
    worker_group& operator=(const worker_group&) = delete;

    /// Starts this many more; they begin when the event loop reaches them.
    SOCKSCAT_EXPORT void add(std::size_t workers);
    /// How many have not ended yet.
    [[nodiscard]] std::size_t running() const { return running_; }

    /// No limit.
    static constexpr std::chrono::milliseconds forever = std::chrono::milliseconds::max();

    /// Waits until all workers have ended, `limit` at most; false if some have not. Then throws the
    /// first exception of a worker, if there was one. Cancelling cancels the workers, and takes
    /// until they have ended. For one waiter at a time.
    SOCKSCAT_EXPORT asio::awaitable<bool> wait(std::chrono::milliseconds limit = forever);

  private:
    void on_end(std::exception_ptr failed);
    void cancel();
    asio::awaitable<void> sleep(asio::steady_timer::time_point end);

    const std::function<asio::awaitable<void>()>& work_;
    asio::steady_timer changed_;
    std::deque<asio::cancellation_signal> signals_; // one for each worker
    std::size_t running_{0};
    std::exception_ptr thrown_;
};

/// Calls `work`, which is borrowed, `workers` times, and runs these coroutines side by side; is
/// done when all of them have ended. Exceptions and cancelling as for worker_group::wait().
SOCKSCAT_EXPORT asio::awaitable<void> run_together(
    std::size_t workers, const std::function<asio::awaitable<void>()>& work);

} // namespace sockscat
