// SPDX-License-Identifier: MIT
#include "datagram_loop.hpp"

#include "inbox.hpp"
#include "outbox.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <poll.h>
#include <string>
#include <utility>
#include <vector>

namespace sockscat::cli {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Says the first drop of each kind.
class drop_warnings {
  public:
    explicit drop_warnings(console& out) : out_{out} {}

    void warn(const association& through) {
        const drop_counters now = through.dropped();
        warn_once(
            now.wrong_source, said_.wrong_source,
            "not from the relay " + to_string(through.relay()));
        warn_once(now.fragment, said_.fragment, "fragmented (FRAG is not 0)");
        warn_once(now.malformed, said_.malformed, "malformed header");
        warn_once(now.overflow, said_.overflow, "it arrived faster than it could be written");
    }

  private:
    void warn_once(std::uint64_t count, std::uint64_t& said, const std::string& why) {
        if (count > 0 && std::exchange(said, 1) == 0)
            out_.warning("dropped a datagram: " + why);
    }

    console& out_;
    drop_counters said_;
};

class datagram_loop {
  public:
    datagram_loop(
        association& through,
        framing& frames,
        const local_end& input,
        const local_end& output,
        const datagram_loop_options& options,
        console& out)
        : through_{through}, options_{options},
          outbox_{input, frames, through.max_payload(through.relay().host)},
          inbox_{through, frames, output, options.count}, warnings_{out},
          descriptors_{input.fd(), through.datagram_fd(), output.fd(), options.interrupt_fd},
          controls_{through.control_fds()}, polled_{first_control + controls_.size()} {}

    loop_result run() {
        while (!end_)
            turn();
        loop_result result;
        result.ended_by = *end_;
        result.why = std::move(why_);
        result.bytes = {sent_bytes_, inbox_.received_bytes()};
        result.counts = {sent_, inbox_.received(), through_.dropped()};
        return result;
    }

  private:
    enum slot : std::size_t { from_input, datagrams, to_output, interrupt, first_control };

    void turn() {
        end_ = end_without_event();
        if (end_)
            return;
        wait();
        if (is_set(interrupt)) {
            end_ = loop_end::interrupted;
            return;
        }
        if (is_any_control_set() && through_.has_ended())
            is_over_ = true;
        move_incoming();
        end_ = end_of_output();
        if (end_)
            return;
        if (is_set(from_input) && outbox_.wants_input() && outbox_.read())
            last_event_ = clock::now();
        if (!is_draining())
            send();
    }

    // Whatever the reason, what has come is written out first.
    std::optional<loop_end> end_without_event() {
        if (!inbox_.is_written())
            return std::nullopt;
        if (inbox_.is_complete())
            return loop_end::done;
        const bool is_waited = outbox_.is_finished() && clock::now() >= deadline();
        if (!is_draining() && !is_waited)
            return std::nullopt;
        if (receive() || !inbox_.has_nothing_more())
            return std::nullopt;
        if (outbox_.failure() != nullptr) {
            why_ = *outbox_.failure();
            return loop_end::failed;
        }
        if (is_over_)
            return loop_end::association_ended;
        return options_.count ? loop_end::count_short : loop_end::done;
    }

    std::optional<loop_end> end_of_output() {
        const output_writer& writer = inbox_.writer();
        if (writer.failed()) {
            why_ = *writer.failed();
            return loop_end::failed;
        }
        const bool has_no_reader =
            (polled_[to_output].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
        if (writer.is_closed() || (inbox_.is_written() && has_no_reader))
            return loop_end::output_closed;
        return std::nullopt;
    }

    // Nothing is sent any more; what has come is still delivered.
    [[nodiscard]] bool is_draining() const { return is_over_ || outbox_.failure() != nullptr; }
    [[nodiscard]] bool is_sending() const { return !outbox_.is_empty() && !is_draining(); }
    [[nodiscard]] clock::time_point deadline() const { return last_event_ + options_.wait; }

    void wait() {
        const bool may_receive = inbox_.is_written();
        const bool wants_input = !is_draining() && outbox_.wants_input();
        arm(from_input, wants_input ? POLLIN : 0, wants_input);
        const int events = (may_receive ? POLLIN : 0) | (is_sending() ? POLLOUT : 0);
        arm(datagrams, events, events != 0);
        arm(to_output, may_receive ? 0 : POLLOUT, true);
        arm(interrupt, POLLIN, true);
        for (std::size_t i = 0; i < controls_.size(); ++i)
            polled_[first_control + i] = {is_over_ ? -1 : controls_[i], POLLIN, 0};
        if (::poll(polled_.data(), polled_.size(), timeout()) <= 0)
            for (pollfd& each : polled_)
                each.revents = 0;
    }

    void arm(slot which, int events, bool is_wanted) {
        polled_[which] = {is_wanted ? descriptors_[which] : -1, static_cast<short>(events), 0};
    }

    [[nodiscard]] bool is_set(slot which) const { return polled_[which].revents != 0; }
    [[nodiscard]] bool is_any_control_set() const {
        return std::any_of(polled_.begin() + first_control, polled_.end(), [](const pollfd& each) {
            return each.revents != 0;
        });
    }

    [[nodiscard]] int timeout() const {
        if (!inbox_.is_written())
            return -1;
        if (is_draining())
            return 0;
        if (!outbox_.is_finished())
            return -1;
        const auto left = std::chrono::ceil<milliseconds>(deadline() - clock::now()).count();
        return static_cast<int>(std::clamp<long long>(left, 0, 60 * 60 * 1'000));
    }

    // More than is sent in a turn, so that answers do not pile up in the kernel.
    void move_incoming() {
        for (int i = 0; i < 4 && !inbox_.writer().is_broken(); ++i) {
            receive();
            if (inbox_.is_written())
                return;
            inbox_.write_now();
        }
    }

    // True if a datagram came.
    bool receive() {
        const bool has_come = inbox_.receive() > 0;
        if (has_come)
            last_event_ = clock::now();
        warnings_.warn(through_);
        return has_come;
    }

    // One batch, if there is one; then it is received again.
    void send() {
        outbox_.fill();
        const auto waiting = outbox_.waiting();
        if (waiting.empty())
            return;
        const send_result gone = through_.send(waiting);
        for (const outgoing_datagram& each : waiting.first(gone.sent))
            sent_bytes_ += each.data.size();
        sent_ += gone.sent;
        if (gone.sent > 0)
            last_event_ = clock::now();
        if (gone.stop != send_stop::none && gone.stop != send_stop::full)
            return outbox_.fail(cannot_send(waiting[gone.sent], gone));
        outbox_.pop(gone.sent);
        outbox_.fill();
    }

    [[nodiscard]] error cannot_send(const outgoing_datagram& stuck, const send_result& gone) const {
        if (gone.stop == send_stop::too_long)
            return too_large(
                "a datagram to " + to_string(stuck.to), counted(stuck.data.size(), "byte"),
                through_.max_payload(stuck.to.host));
        return {
            failure::stream, phase::relay,
            "cannot send to " + to_string(through_.relay()) + ": " +
                (gone.stop == send_stop::not_protected ? "GSSAPI cannot protect it"
                                                       : gone.code.message())};
    }

    association& through_;
    const datagram_loop_options& options_;
    outbox outbox_;
    inbox inbox_;
    drop_warnings warnings_;
    std::array<int, first_control> descriptors_;
    std::vector<int> controls_;
    std::vector<pollfd> polled_;
    bool is_over_{false}; // the control connection has ended
    clock::time_point last_event_{clock::now()};
    std::uint64_t sent_{0};
    std::uint64_t sent_bytes_{0};
    std::optional<loop_end> end_;
    error why_;
};

} // namespace

loop_result run_datagram_loop(
    association& through,
    framing& frames,
    const local_end& input,
    const local_end& output,
    const datagram_loop_options& options,
    console& out) {
    return datagram_loop{through, frames, input, output, options, out}.run();
}

} // namespace sockscat::cli
