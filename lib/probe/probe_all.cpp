// SPDX-License-Identifier: MIT
#include <sockscat/probe.hpp>

#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace sockscat {
namespace {

class crowd {
  public:
    crowd(
        std::size_t count,
        const probe_source& source,
        const probe_options& wishes,
        const probe_sink& sink)
        : count_{count}, source_{source}, wishes_{wishes}, sink_{sink} {}

    // Takes proxies off the list until there are none left.
    asio::awaitable<void> work() {
        while (next_ < count_ && !over_) {
            const std::size_t index = next_++;
            const connect_options options = source_(index);
            auto report = co_await probe(options, wishes_);
            auto taken = sink_(index, std::move(report));
            if (!co_await std::move(taken))
                over_ = true;
        }
    }

  private:
    std::size_t count_;
    const probe_source& source_;
    const probe_options& wishes_;
    const probe_sink& sink_;
    std::size_t next_{0};
    bool over_{false};
};

} // namespace

asio::awaitable<void> probe_all(
    std::size_t count,
    std::size_t jobs,
    const probe_source& source,
    const probe_options& wishes,
    const probe_sink& sink) {
    const auto executor = co_await asio::this_coro::executor;
    crowd all{count, source, wishes, sink};
    asio::steady_timer finished{executor, asio::steady_timer::time_point::max()};
    std::size_t running = std::min(jobs, count);
    std::exception_ptr thrown;
    for (std::size_t i = running; i > 0; --i)
        asio::co_spawn(executor, all.work(), [&](std::exception_ptr failed) {
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

} // namespace sockscat
