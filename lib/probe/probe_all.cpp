// SPDX-License-Identifier: MIT
#include <sockscat/probe.hpp>

#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>
#include <utility>

namespace sockscat {
namespace {

// Proxies that answer at once are asked fastest a few at a time; more are begun only as long as
// those that are waited for outnumber those that are finished.
constexpr std::size_t first_workers = 32;
constexpr std::chrono::milliseconds look_again{25};

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
        while (has_more()) {
            const std::size_t index = next_++;
            const connect_options options = source_(index);
            auto report = co_await probe(options, wishes_);
            ++finished_;
            auto taken = sink_(index, std::move(report));
            if (!co_await std::move(taken))
                over_ = true;
        }
    }

    [[nodiscard]] bool has_more() const { return next_ < count_ && !over_; }
    /// Since the last call.
    std::size_t finished() { return std::exchange(finished_, 0); }

  private:
    std::size_t count_;
    const probe_source& source_;
    const probe_options& wishes_;
    const probe_sink& sink_;
    std::size_t next_{0};
    std::size_t finished_{0};
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
    asio::steady_timer changed{executor};
    std::size_t running = 0;
    std::exception_ptr thrown;
    const auto hire = [&](std::size_t more) {
        for (running += more; more > 0; --more)
            asio::co_spawn(executor, all.work(), [&](std::exception_ptr failed) {
                if (failed)
                    thrown = std::move(failed);
                if (--running == 0)
                    changed.expires_at(asio::steady_timer::time_point::min());
            });
    };
    const std::size_t most = std::min(jobs, count);
    hire(std::min(most, first_workers));
    while (running > 0) {
        const bool may_grow = running < most && all.has_more();
        changed.expires_after(may_grow ? look_again : std::chrono::hours{24});
        try {
            co_await changed.async_wait(asio::use_awaitable);
        } catch (const std::system_error&) { // cancelled: the last worker has ended
            continue;
        }
        if (running > 0 && may_grow && all.finished() < running / 2)
            hire(std::min(running, most - running));
    }
    if (thrown)
        std::rethrow_exception(thrown);
}

} // namespace sockscat
