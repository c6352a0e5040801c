// SPDX-License-Identifier: MIT
#include "output_writer.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <poll.h>
#include <span>
#include <system_error>
#include <utility>

namespace sockscat::cli {
namespace {

// A full pipe; no descriptor of ours to wait on.
constexpr std::chrono::milliseconds full_pause{20};

asio::awaitable<void> pause() {
    asio::steady_timer timer{co_await asio::this_coro::executor, full_pause};
    try {
        co_await timer.async_wait(asio::use_awaitable);
    } catch (const std::system_error&) { // cancelled: look again
        co_return;
    }
}

bool is_about_reader(const std::error_code& code) {
    return code == std::errc::broken_pipe || code == std::errc::connection_reset;
}

} // namespace

void output_writer::write_now() {
    while (has_work()) {
        const io_result gone = output_.write(std::span{bytes_}.subspan(written_));
        if (gone.code == std::errc::resource_unavailable_try_again)
            return;
        written_ += gone.size;
        closed_ = is_about_reader(gone.code);
        if (gone.code && !closed_)
            failed_ = error{
                failure::stream, phase::none,
                "cannot write standard output: " + gone.code.message()};
    }
    if (is_empty()) {
        bytes_.clear();
        written_ = 0;
    }
}

asio::awaitable<void> output_writer::write() {
    if (std::exchange(writing_, true))
        co_return;
    for (write_now(); has_work(); write_now())
        co_await pause();
    writing_ = false;
}

void output_writer::write_blocking(std::chrono::milliseconds limit) {
    for (write_now(); has_work(); write_now()) {
        pollfd room{output_.fd(), POLLOUT, 0};
        if (::poll(&room, 1, static_cast<int>(limit.count())) == 0)
            return;
    }
}

} // namespace sockscat::cli
