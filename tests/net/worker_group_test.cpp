// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run.hpp"

#include <sockscat/worker_group.hpp>

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <stdexcept>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using work = std::function<asio::awaitable<void>()>;

asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<bool> together(std::size_t workers, const work& each) {
    co_await run_together(workers, each);
    co_return true;
}

TEST_CASE("workers run side by side until all have ended") {
    int running = 0;
    int most = 0;
    int ended = 0;
    const work each = [&]() -> asio::awaitable<void> {
        most = std::max(most, ++running);
        co_await pause(20ms);
        --running;
        ++ended;
    };
    CHECK(run(together(4, each)));
    CHECK(most == 4);
    CHECK(ended == 4);
    CHECK(run(together(0, each)));
    CHECK(ended == 4);
}

TEST_CASE("workers that end without waiting are no trouble") {
    int ended = 0;
    const work each = [&]() -> asio::awaitable<void> {
        ++ended;
        co_return;
    };
    CHECK(run(together(100, each)));
    CHECK(ended == 100);
}

TEST_CASE("an exception is passed on after all have ended") {
    int begun = 0;
    int ended = 0;
    const work each = [&]() -> asio::awaitable<void> {
        if (begun++ == 0)
            throw std::runtime_error{"first"};
        co_await pause(20ms);
        ++ended;
    };
    CHECK_THROWS_AS(run(together(3, each)), std::runtime_error);
    CHECK(ended == 2);
}

TEST_CASE("a group grows while it is waited for") {
    int ended = 0;
    const work each = [&]() -> asio::awaitable<void> {
        co_await pause(50ms);
        ++ended;
    };
    const auto job = [&]() -> asio::awaitable<bool> {
        worker_group group{co_await asio::this_coro::executor, each};
        group.add(1);
        const bool is_over = co_await group.wait(1ms);
        CHECK_FALSE(is_over);
        group.add(2);
        CHECK(group.running() == 3);
        co_return co_await group.wait();
    };
    CHECK(run(job()));
    CHECK(ended == 3);
}

TEST_CASE("cancelling a group cancels its workers and waits for them") {
    int ended = 0;
    const work each = [&]() -> asio::awaitable<void> {
        try {
            co_await pause(1h);
        } catch (const std::system_error&) {
            ++ended;
        }
    };
    operation<bool> one{together(3, each)};
    one.poll();
    one.cancel();
    CHECK(one.run(2s));
    CHECK(ended == 3);
}

} // namespace
} // namespace sockscat::tests
