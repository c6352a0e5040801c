// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/runtime/event_loop.hpp"

#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <array>
#include <chrono>
#include <sys/timerfd.h>
#include <thread>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

struct pipe_ends {
    pipe_ends() { REQUIRE(::pipe(fds.data()) == 0); }
    ~pipe_ends() {
        ::close(fds[0]);
        ::close(fds[1]);
    }
    std::array<int, 2> fds{};
};

// Ends what hangs, as a signal would.
struct watchdog {
    watchdog() {
        const itimerspec once{{0, 0}, {3, 0}};
        REQUIRE(::timerfd_settime(fd, 0, &once, nullptr) == 0);
    }
    ~watchdog() { ::close(fd); }
    int fd{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)};
};

// Ends when `passes` is over; keeps the loop busy for `busy` before it gets there.
asio::awaitable<int> answer_after(clock::duration passes, clock::duration busy) {
    asio::steady_timer timer{co_await asio::this_coro::executor, passes};
    std::this_thread::sleep_for(busy);
    co_await timer.async_wait(asio::use_awaitable);
    co_return 42;
}

struct outcome {
    std::optional<int> value;
    bool is_gone;
    clock::duration took;
};

outcome run(int output, clock::duration passes, clock::duration busy = 0ms) {
    asio::io_context context{1};
    cli::reader_watch reader{context, output};
    const watchdog limit;
    const auto began = clock::now();
    const auto value =
        cli::run_until_signal(context, answer_after(passes, busy), limit.fd, &reader);
    return {value, reader.is_gone(), clock::now() - began};
}

TEST_CASE("an operation that ends just when the watch of its reader is to begin") {
    const pipe_ends pipe;
    // Both timers have expired when the loop looks, and the operation's is the first.
    const outcome got = run(pipe.fds[1], 1ms, 100ms);
    CHECK(got.value == 42);
    CHECK_FALSE(got.is_gone);
    CHECK(got.took < 2s);
}

TEST_CASE("an operation that takes longer than its reader stays") {
    pipe_ends pipe;
    ::close(pipe.fds[0]);
    pipe.fds[0] = -1;
    const outcome got = run(pipe.fds[1], 10s);
    CHECK_FALSE(got.value);
    CHECK(got.is_gone);
    CHECK(got.took < 2s);
}

TEST_CASE("an operation whose output has a reader, or needs none, ends by itself") {
    const pipe_ends pipe;
    for (const int output : {pipe.fds[1], -1}) {
        const outcome got = run(output, 150ms);
        CHECK(got.value == 42);
        CHECK_FALSE(got.is_gone);
        CHECK(got.took < 2s);
    }
}

} // namespace
} // namespace sockscat::tests
