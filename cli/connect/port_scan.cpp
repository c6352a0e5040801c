// SPDX-License-Identifier: MIT
#include "port_scan.hpp"

#include "output/exit_status.hpp"
#include "output/line_writer.hpp"

#include <sockscat/worker_group.hpp>

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
    explicit port_observer(observer& all) : all_{all} {}

    void about(std::uint16_t port) { port_ = port; }

    void on_phase(std::string_view hop, phase begins) override {
        all_.on_phase(named(hop, port_), begins);
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
    observer& all_;
    std::uint16_t port_{0};
};

class scan {
  public:
    scan(
        const connect_options& options,
        const host& target,
        const std::vector<std::uint16_t>& ports,
        const local_end& output,
        console& out)
        : options_{options}, target_{target}, ports_{ports}, lines_{output}, out_{out},
          answers_(ports.size()) {}

    // Takes ports off the list until there are none left.
    asio::awaitable<void> work() {
        port_observer watch{*options_.handshake.watch};
        connect_options options = options_.clone();
        options.handshake.watch = &watch;
        while (next_ < ports_.size() && !outcome_.given_up && !lines_.is_broken()) {
            const std::size_t index = next_++;
            const address destination{target_, ports_[index]};
            watch.about(destination.port);
            auto made = co_await connect(options, destination);
            record(index, made ? std::nullopt : std::optional<error>{made.error()});
            co_await lines_.write();
        }
    }

    [[nodiscard]] scan_outcome outcome() const {
        scan_outcome all = outcome_;
        all.output_closed = lines_.is_closed();
        if (lines_.failed())
            all.given_up = lines_.failed();
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
        const std::uint16_t port = ports_[listed_++];
        lines_.add(std::to_string(port) + "\t" + std::string{why ? scan_word(*why) : "open"});
        any_open_ = any_open_ || !why;
        last_status_ = why ? status_of(*why) : 0;
        if (why && !outcome_.given_up) {
            error told = *why;
            if (!told.hop.empty())
                told.hop = named(told.hop, port);
            out_.note(to_string(told));
        }
    }

    const connect_options& options_;
    const host& target_;
    const std::vector<std::uint16_t>& ports_;
    line_writer lines_;
    console& out_;
    std::vector<std::optional<std::optional<error>>>
        answers_; // outer: known; inner: why it is not open
    std::size_t next_{0};
    std::size_t listed_{0};
    bool any_open_{false};
    int last_status_{0};
    scan_outcome outcome_;
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
    console& out) {
    scan all{options, target, ports, output, out};
    const std::function<asio::awaitable<void>()> work = [&all] { return all.work(); };
    co_await run_together(std::min(static_cast<std::size_t>(jobs), ports.size()), work);
    co_return all.outcome();
}

} // namespace sockscat::cli
