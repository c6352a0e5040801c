// SPDX-License-Identifier: MIT
#include "port_scan.hpp"

#include "exit_status.hpp"

#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace sockscat::cli {
namespace {

// Something that every port would meet, not an answer about one.
bool is_about_proxy(const error& why) {
    switch (why.kind) {
    case failure::refused:
        return false;
    case failure::timeout:
    case failure::closed:
        return why.at != phase::request;
    default:
        return true;
    }
}

class scan {
  public:
    scan(
        const connect_options& options,
        const host& target,
        const std::vector<std::uint16_t>& ports,
        const local_end& output,
        console& out)
        : options_{options}, target_{target}, ports_{ports}, output_{output}, out_{out},
          answers_(ports.size()) {}

    // Takes ports off the list until there are none left.
    asio::awaitable<void> work() {
        while (next_ < ports_.size() && !outcome_.given_up && !outcome_.output_closed) {
            const std::size_t index = next_++;
            const address destination{target_, ports_[index]};
            auto made = co_await connect(options_, destination);
            record(index, made ? std::nullopt : std::optional<error>{made.error()});
            co_await write_out();
        }
    }

    [[nodiscard]] scan_outcome outcome() const {
        scan_outcome all = outcome_;
        if (all.given_up)
            all.exit_status = status_of(*all.given_up);
        else if (all.output_closed)
            all.exit_status = exit_stream;
        else if (!any_open_)
            all.exit_status = last_status_;
        return all;
    }

  private:
    void record(std::size_t index, std::optional<error> why) {
        if (outcome_.given_up)
            return;
        if (index == 0 && why && is_about_proxy(*why)) {
            outcome_.given_up = why; // every port would meet the same: that is the answer for all
            std::fill(answers_.begin(), answers_.end(), why);
        }
        answers_[index].emplace(std::move(why));
        while (listed_ < ports_.size() && answers_[listed_])
            list_next();
    }

    void list_next() {
        const std::optional<error>& why = *answers_[listed_];
        lines_ += std::to_string(ports_[listed_++]) + "\t" +
                  std::string{why ? scan_word(*why) : "open"} + "\n";
        any_open_ = any_open_ || !why;
        last_status_ = why ? status_of(*why) : 0;
        if (why && !outcome_.given_up)
            out_.note(to_string(*why));
    }

    // One worker at a time writes; the others leave their lines to it.
    asio::awaitable<void> write_out() {
        asio::steady_timer pause{co_await asio::this_coro::executor};
        if (writing_)
            co_return;
        writing_ = true;
        while (!lines_.empty() && !outcome_.output_closed) {
            if (write_some())
                continue;
            pause.expires_after(
                std::chrono::milliseconds{20}); // a full pipe; no descriptor of ours to wait on
            co_await pause.async_wait(asio::use_awaitable);
        }
        writing_ = false;
    }

    // False if stdout takes nothing now.
    bool write_some() {
        const std::span bytes{reinterpret_cast<const std::uint8_t*>(lines_.data()), lines_.size()};
        const io_result gone = output_.write(bytes);
        if (gone.code == std::errc::resource_unavailable_try_again)
            return false;
        lines_.erase(0, gone.size);
        outcome_.output_closed = gone.code == std::errc::broken_pipe;
        if (gone.code && !outcome_.output_closed) {
            outcome_.given_up = error{
                failure::stream, phase::none,
                "cannot write standard output: " + gone.code.message()};
            lines_.clear();
        }
        return true;
    }

    const connect_options& options_;
    const host& target_;
    const std::vector<std::uint16_t>& ports_;
    const local_end& output_;
    console& out_;
    std::vector<std::optional<std::optional<error>>>
        answers_; // outer: known; inner: why it is not open
    std::size_t next_{0};
    std::size_t listed_{0};
    std::string lines_; // not yet written
    bool writing_{false};
    bool any_open_{false};
    int last_status_{0};
    scan_outcome outcome_;
};

// `work()` of the scan, `workers` times at once.
asio::awaitable<void> work_together(scan& all, int workers) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer finished{executor, asio::steady_timer::time_point::max()};
    int running = workers;
    std::exception_ptr thrown;
    for (int i = 0; i < workers; ++i)
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

} // namespace

std::string_view scan_word(const error& why) {
    switch (status_of(why)) {
    case exit_reply + 5:
        return "refused";
    case exit_reply + 3:
    case exit_reply + 4:
        return "unreachable";
    case exit_reply + 2:
        return "denied";
    case exit_reply + 6: // what proxies answer when their own connect times out
    case exit_timeout:
        return "timeout";
    default:
        return "failed";
    }
}

asio::awaitable<scan_outcome> scan_ports(
    const connect_options& options,
    const host& target,
    const std::vector<std::uint16_t>& ports,
    int jobs,
    const local_end& output,
    console& out) {
    scan all{options, target, ports, output, out};
    co_await work_together(all, std::min(jobs, static_cast<int>(ports.size())));
    co_return all.outcome();
}

} // namespace sockscat::cli
