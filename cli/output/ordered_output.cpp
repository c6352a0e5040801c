// SPDX-License-Identifier: MIT
#include "ordered_output.hpp"

#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <poll.h>
#include <span>
#include <utility>

namespace sockscat::cli {
namespace {

// A full pipe; no descriptor of ours to wait on.
constexpr std::chrono::milliseconds full_pause{20};
constexpr int last_patience_ms = 200;

asio::awaitable<void> wait_on(asio::steady_timer& timer) {
    try {
        co_await timer.async_wait(asio::use_awaitable);
    } catch (const std::system_error&) { // cancelled: look again
        co_return;
    }
}

} // namespace

ordered_output::ordered_output(
    const local_end& output, std::size_t most_waiting, const asio::any_io_executor& executor)
    : output_{output}, most_waiting_{most_waiting}, room_{
                                                        executor,
                                                        asio::steady_timer::time_point::max()} {}

asio::awaitable<bool> ordered_output::put(std::size_t index, std::string text) {
    const std::size_t place = index - next_;
    if (waiting_.size() <= place)
        waiting_.resize(place + 1);
    waiting_[place].emplace(std::move(text));
    take_turns();
    co_await write_out();
    while (!failure_ && index >= next_ + most_waiting_)
        co_await wait_on(room_);
    co_return !failure_;
}

void ordered_output::take_turns() {
    bool moved = false;
    for (; !waiting_.empty() && waiting_.front(); moved = true) {
        due_ += *waiting_.front();
        waiting_.pop_front();
        ++next_;
    }
    if (moved)
        room_.cancel();
}

// One writer at a time; the others leave their texts to it.
asio::awaitable<void> ordered_output::write_out() {
    if (std::exchange(writing_, true))
        co_return;
    while (!due_.empty() && !failure_) {
        if (write_some())
            continue;
        asio::steady_timer pause{co_await asio::this_coro::executor, full_pause};
        co_await wait_on(pause);
    }
    writing_ = false;
}

// False if stdout takes nothing now.
bool ordered_output::write_some() {
    const std::span bytes{reinterpret_cast<const std::uint8_t*>(due_.data()), due_.size()};
    const io_result gone = output_.write(bytes);
    if (gone.code == std::errc::resource_unavailable_try_again)
        return false;
    due_.erase(0, gone.size);
    failure_ = gone.code;
    if (failure_)
        room_.cancel();
    return true;
}

void ordered_output::write_rest() {
    for (auto& each : waiting_)
        if (each)
            due_ += *each;
    waiting_.clear();
    while (!due_.empty() && !failure_) {
        if (write_some())
            continue;
        pollfd room{output_.fd(), POLLOUT, 0};
        if (::poll(&room, 1, last_patience_ms) <= 0)
            return;
    }
}

} // namespace sockscat::cli
