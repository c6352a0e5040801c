// SPDX-License-Identifier: MIT
#include "port_scan.hpp"

#include "command.hpp"
#include "exit_status.hpp"

#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace sockscat::cli {
namespace {

// Something that every port would meet, not an answer about one.
bool is_about_proxy(const error& why) {
    switch (why.kind) {
    case failure::refused: return false;
    case failure::timeout:
    case failure::closed: return why.at != phase::request;
    default: return true;
    }
}

class scan {
  public:
    scan(const connect_options& options, const host& target, const std::vector<std::uint16_t>& ports, console& out)
        : options_{options}, target_{target}, ports_{ports}, out_{out}, done_(ports.size()) {}

    // Takes ports off the list until there are none left.
    asio::awaitable<void> work() {
        while (next_ < ports_.size() && !given_up_) {
            const std::size_t index = next_++;
            const address destination{target_, ports_[index]};
            auto made = co_await connect(options_, destination);
            record(index, made ? std::optional<error>{} : std::optional<error>{made.error()});
        }
    }

    [[nodiscard]] scan_outcome outcome() const {
        scan_outcome all;
        all.given_up = given_up_;
        if (given_up_)
            all.exit_status = status_of(*given_up_);
        else if (!any_open_)
            all.exit_status = last_status_;
        return all;
    }

  private:
    struct answer {
        bool known{false};
        std::optional<error> why; // nothing: open
    };

    void record(std::size_t index, std::optional<error> why) {
        if (given_up_)
            return;
        if (why && !answered_ && is_about_proxy(*why)) {
            give_up(*why);
            return;
        }
        answered_ = answered_ || !why || !is_about_proxy(*why);
        done_[index] = {true, std::move(why)};
        while (printed_ < ports_.size() && done_[printed_].known)
            print_next();
    }

    // Every port would fail alike: say so at once.
    void give_up(const error& why) {
        given_up_ = why;
        while (printed_ < ports_.size()) {
            done_[printed_] = {true, why};
            print_next();
        }
    }

    void print_next() {
        const answer& one = done_[printed_];
        const std::string port = std::to_string(ports_[printed_++]);
        print(port + "\t" + std::string{one.why ? scan_word(*one.why) : "open"} + "\n");
        any_open_ = any_open_ || !one.why;
        last_status_ = one.why ? status_of(*one.why) : 0;
        if (one.why && !given_up_)
            out_.note(to_string(*one.why));
    }

    const connect_options& options_;
    const host& target_;
    const std::vector<std::uint16_t>& ports_;
    console& out_;
    std::vector<answer> done_;
    std::size_t next_{0};
    std::size_t printed_{0};
    bool answered_{false};
    bool any_open_{false};
    int last_status_{0};
    std::optional<error> given_up_;
};

} // namespace

std::string_view scan_word(const error& why) {
    switch (status_of(why)) {
    case exit_reply + 5: return "refused";
    case exit_reply + 3:
    case exit_reply + 4: return "unreachable";
    case exit_reply + 2: return "denied";
    case exit_reply + 6: // what proxies answer when their own connect times out
    case exit_timeout: return "timeout";
    default: return "failed";
    }
}

asio::awaitable<scan_outcome> scan_ports(const connect_options& options,
                                         const host& target,
                                         const std::vector<std::uint16_t>& ports,
                                         int jobs,
                                         console& out) {
    const auto executor = co_await asio::this_coro::executor;
    scan all{options, target, ports, out};
    asio::steady_timer finished{executor, asio::steady_timer::time_point::max()};
    const int workers = std::min(jobs, static_cast<int>(ports.size()));
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
    co_return all.outcome();
}

} // namespace sockscat::cli
