// SPDX-License-Identifier: MIT
#include "together.hpp"

#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <exception>
#include <system_error>
#include <utility>

namespace sockscat::cli {

asio::awaitable<void> run_together(
    int workers, const std::function<asio::awaitable<void>()>& work) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer finished{executor, asio::steady_timer::time_point::max()};
    int running = workers;
    std::exception_ptr thrown;
    for (int i = 0; i < workers; ++i)
        asio::co_spawn(executor, work(), [&](std::exception_ptr failed) {
            if (failed)
                thrown = std::move(failed);
            if (--running == 0)
                finished.expires_at(asio::steady_timer::time_point::min());
        });
    while (running > 0) {
        try {
            co_await finished.async_wait(asio::use_awaitable);
        } catch (const std::system_error&) { // cancelled: the last worker has ended
            continue;
        }
    }
    if (thrown)
        std::rethrow_exception(thrown);
}

} // namespace sockscat::cli
