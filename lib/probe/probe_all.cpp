// SPDX-License-Identifier: MIT
#include <sockscat/probe.hpp>
#include <sockscat/worker_group.hpp>

#include <asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace sockscat {
namespace {

// Proxies that answer immediately are asked fastest a few at a time; more are begun only as long as
// those that are waited for outnumber those that are finished.
constexpr std::size_t first_workers = 32;
constexpr std::chrono::milliseconds look_again{25};

class proxy_queue {
  public:
    proxy_queue(
        std::size_t count,
        const probe_source& source,
        const probe_options& options,
        const probe_sink& sink)
        : count_{count}, source_{source}, options_{options}, sink_{sink} {}

    // Takes proxies off the list until there are none left.
    asio::awaitable<void> work() {
        while (has_more()) {
            const std::size_t index = next_++;
            auto report = co_await examine(index);
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
    // The password is gone when the report is there.
    asio::awaitable<probe_report> examine(std::size_t index) {
        const connect_options connection = source_(index);
        co_return co_await probe(connection, options_);
    }

    std::size_t count_;
    const probe_source& source_;
    const probe_options& options_;
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
    const probe_options& options,
    const probe_sink& sink) {
    proxy_queue all{count, source, options, sink};
    const std::function<asio::awaitable<void>()> work = [&all] { return all.work(); };
    worker_group workers{co_await asio::this_coro::executor, work};
    const std::size_t most = std::min(jobs, count);
    workers.add(std::min(most, first_workers));
    while (workers.running() < most && all.has_more()) {
        if (co_await workers.wait(look_again))
            co_return;
        const std::size_t running = workers.running();
        if (all.finished() < running / 2)
            workers.add(std::min(running, most - running));
    }
    co_await workers.wait();
}

} // namespace sockscat
