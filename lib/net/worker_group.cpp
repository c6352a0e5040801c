// SPDX-License-Identifier: MIT
#include "asio_tokens.hpp"

#include <sockscat/worker_group.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>

#include <utility>

namespace sockscat {

using time_point = asio::steady_timer::time_point;

worker_group::worker_group(
    const asio::any_io_executor& executor, const std::function<asio::awaitable<void>()>& work)
    : work_{work}, changed_{executor} {}

void worker_group::add(std::size_t workers) {
    for (running_ += workers; workers > 0; --workers)
        asio::co_spawn(
            changed_.get_executor(), work_(),
            asio::bind_cancellation_slot(
                signals_.emplace_back().slot(),
                [this](std::exception_ptr failed) { on_end(std::move(failed)); }));
}

void worker_group::on_end(std::exception_ptr failed) {
    if (failed && !thrown_)
        thrown_ = std::move(failed);
    if (--running_ == 0)
        changed_.expires_at(time_point::min());
}

void worker_group::cancel() {
    for (asio::cancellation_signal& each : signals_)
        each.emit(asio::cancellation_type::terminal);
}

// Until then, or until the last worker has ended.
asio::awaitable<void> worker_group::sleep(time_point end) {
    bool was_cancelled = false;
    while (running_ > 0 && asio::steady_timer::clock_type::now() < end) {
        changed_.expires_at(end);
        co_await changed_.async_wait(net::as_tuple);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() == asio::cancellation_type::none || was_cancelled)
            continue;
        was_cancelled = true;
        end = time_point::max();
        cancel();
    }
}

asio::awaitable<bool> worker_group::wait(std::chrono::milliseconds limit) {
    // Whoever is cancelled waits for the workers all the same: they use what is his.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    // Beforehand: inside the co_await expression g++ 12 computes both.
    const time_point end =
        limit == forever ? time_point::max() : asio::steady_timer::clock_type::now() + limit;
    co_await sleep(end);
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (running_ > 0)
        co_return false;
    if (thrown_)
        std::rethrow_exception(std::exchange(thrown_, nullptr));
    co_return true;
}

asio::awaitable<void> run_together(
    std::size_t workers, const std::function<asio::awaitable<void>()>& work) {
    worker_group group{co_await asio::this_coro::executor, work};
    group.add(workers);
    co_await group.wait();
}

} // namespace sockscat
