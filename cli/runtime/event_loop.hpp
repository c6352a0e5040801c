// SPDX-License-Identifier: MIT
/// Runs one operation of the library to its end, or until a signal comes, or its reader goes.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {

/// Stops a context when no one reads from an output any more. It begins to look only after a while,
/// so that what ends soon pays nothing for it. The output's flags stay as they are.
class reader_watch {
  public:
    /// Both are borrowed.
    reader_watch(asio::io_context& context, int output)
        : context_{context}, output_{output}, delay_{context}, events_{context} {}

    void start() {
        is_wanted_ = true;
        is_gone_ = false;
        delay_.expires_after(std::chrono::milliseconds{50});
        delay_.async_wait([this](std::error_code code) {
            if (!code && is_wanted_) // an expiry that is on its way cannot be cancelled
                look();
        });
    }
    void stop() {
        is_wanted_ = false;
        delay_.cancel();
        std::error_code ignored;
        events_.close(ignored);
    }
    [[nodiscard]] bool is_gone() const { return is_gone_; }

  private:
    // Asio would make the output itself non-blocking; an epoll(7) instance is ours.
    void look() {
        if (events_.is_open())
            return;
        const int fd = ::epoll_create1(EPOLL_CLOEXEC);
        if (fd == -1)
            return;
        std::error_code failed;
        epoll_event only_ends{};
        const bool has_reader = ::epoll_ctl(fd, EPOLL_CTL_ADD, output_, &only_ends) == 0;
        if (has_reader) // a regular file has none
            events_.assign(fd, failed);
        if (!events_.is_open()) {
            ::close(fd);
            return;
        }
        events_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code code) {
            is_gone_ = !code && is_wanted_;
            if (is_gone_)
                context_.stop();
        });
    }

    asio::io_context& context_;
    int output_;
    asio::steady_timer delay_;
    asio::posix::stream_descriptor events_;
    bool is_wanted_{false};
    bool is_gone_{false};
};

/// What the operation returned; nothing if `signal_fd` became readable first, or if `reader` (which
/// may be null) has gone. What was going on then is destroyed with `context`. An exception of the
/// operation is passed on.
template <class T>
std::optional<T> run_until_signal(
    asio::io_context& context,
    asio::awaitable<T> operation,
    int signal_fd,
    reader_watch* reader = nullptr) {
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
        if (reader != nullptr)
            reader->stop();
    });
    if (reader != nullptr)
        reader->start();
    context.restart(); // it may have run before
    context.run();
    if (signal_fd != -1)
        signals.release();
    if (thrown)
        std::rethrow_exception(thrown);
    return outcome;
}

} // namespace sockscat::cli
