// SPDX-License-Identifier: MIT
#include "port_scan.hpp"

#include "output/exit_status.hpp"
#include "output/ordered_output.hpp"

#include <sockscat/worker_group.hpp>

#include <asio/this_coro.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
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

std::string named(std::string_view hop, std::uint16_t port) {
    return std::string{hop} + " for port " + std::to_string(port);
}

// Passes on what happens, with the port that it is about.
class port_observer final : public observer {
  public:
    // `all` is borrowed.
    explicit port_observer(watcher& all) : all_{all} {}

    void about(std::uint16_t port) { port_ = port; }

    void on_phase(std::string_view hop, phase begins) override {
        all_.begin(hop, named(hop, port_), begins);
    }
    bool wants_addresses() const override { return all_.wants_addresses(); }
    void on_connected(
        std::string_view hop, std::string_view remote, std::string_view local) override {
        all_.on_connected(hop, named(remote, port_), local);
    }
    void on_secured(std::string_view hop, std::string_view description) override {
        all_.on_secured(named(hop, port_), description);
    }
    bool wants_messages() const override { return all_.wants_messages(); }
    void on_message(std::string_view hop, const traced_message& message) override {
        all_.on_message(named(hop, port_), message);
    }
    void on_note(std::string_view hop, std::string_view text) override {
        all_.on_note(named(hop, port_), text);
    }
    void on_password_in_clear(std::string_view hop) override { all_.on_password_in_clear(hop); }
    void on_end() override { all_.on_end(); }

  private:
    watcher& all_;
    std::uint16_t port_{0};
};

using port_answer = std::optional<error>; // why it is not open

class scan {
  public:
    scan(
        const connect_options& options,
        const host& target,
        const std::vector<std::uint16_t>& ports,
        const local_end& output,
        console& out,
        watcher& watch,
        const std::function<void()>& on_last,
        const asio::any_io_executor& executor)
        : options_{options}, target_{target}, ports_{ports}, out_{out}, watch_{watch},
          on_last_{on_last}, lines_{
                                 output,
                                 [this](std::size_t index, const port_answer& why) {
                                     return line_of(index, why);
                                 },
                                 executor} {}

    // Takes ports off the list until there are none left.
    asio::awaitable<void> work() {
        port_observer watch{watch_};
        std::optional<connect_options> options{options_.clone()};
        options->handshake.watch = &watch;
        while (next_ < ports_.size() && !is_over()) {
            const std::size_t index = next_++;
            const address destination{target_, ports_[index]};
            watch.about(destination.port);
            auto made = co_await connect(*options, destination);
            if (given_up_)
                co_return;
            if (next_ == ports_.size())
                options.reset(); // with its passwords
            port_answer why = made ? std::nullopt : port_answer{made.error()};
            if (index == 0 && why && is_about_proxy(*why))
                co_await give_up(std::move(why));
            else
                co_await lines_.put(index, std::move(why));
        }
    }

    [[nodiscard]] scan_outcome outcome() const {
        scan_outcome all;
        all.given_up = lines_.writer().failed() ? lines_.writer().failed() : given_up_;
        all.output_closed = lines_.writer().is_closed();
        if (all.given_up)
            all.exit_status = status_of(*all.given_up);
        else if (all.output_closed)
            all.exit_status = exit_stream;
        else if (!any_open_)
            all.exit_status = last_status_;
        return all;
    }

  private:
    [[nodiscard]] bool is_over() const { return given_up_ || lines_.writer().is_broken(); }

    // Every port would meet the same: that is the answer for all. From the last one, because the
    // first is what the others wait for.
    asio::awaitable<void> give_up(port_answer why) {
        given_up_ = why;
        for (std::size_t index = ports_.size(); index-- > 0;)
            co_await lines_.put(index, why);
    }

    std::string line_of(std::size_t index, const port_answer& why) {
        const std::uint16_t port = ports_[index];
        any_open_ = any_open_ || !why;
        last_status_ = why ? status_of(*why) : exit_done;
        if (why && !given_up_) {
            error shown = *why;
            if (!shown.hop.empty())
                shown.hop = named(shown.hop, port);
            out_.note(to_string(shown));
        }
        if (index + 1 == ports_.size() && !given_up_) // and so all have come
            on_last_();
        return std::to_string(port) + "\t" + std::string{why ? scan_word(*why) : "open"} + "\n";
    }

    const connect_options& options_;
    const host& target_;
    const std::vector<std::uint16_t>& ports_;
    console& out_;
    watcher& watch_;
    const std::function<void()>& on_last_;
    ordered_output<port_answer> lines_;
    std::size_t next_{0};
    port_answer given_up_; // what every port would meet
    bool any_open_{false};
    int last_status_{exit_done};
};

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
    console& out,
    watcher& watch,
    const std::function<void()>& on_last) {
    scan all{options, target, ports,   output,
             out,     watch,  on_last, co_await asio::this_coro::executor};
    const std::function<asio::awaitable<void>()> work = [&all] { return all.work(); };
    co_await run_together(std::min(static_cast<std::size_t>(jobs), ports.size()), work);
    co_return all.outcome();
}

} // namespace sockscat::cli
