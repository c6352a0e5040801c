// SPDX-License-Identifier: MIT
#include <sockscat/relay.hpp>

#include "page_mover.hpp"
#include "socket_stream.hpp"
#include "transit.hpp"

#include <algorithm>
#include <array>
#include <poll.h>
#include <utility>

namespace sockscat {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// end_of_input::close: a close while the far side still sends would be a reset, and could destroy
// what was just sent on its way through the proxy.
constexpr milliseconds leave_limit{2'000};

class relay_loop {
  public:
    relay_loop(
        stream& tunnel,
        const local_end& input,
        const local_end& output,
        const relay_options& options)
        : far_{tunnel}, input_{input}, output_{output}, options_{options},
          page_sender_{tunnel.native_handle(), input.fd()},
          page_receiver_{tunnel.native_handle(), output.fd()}, input_open_{options.read_input} {}

    relay_result run() {
        while (!ended_)
            turn();
        return result_;
    }

  private:
    enum slot : std::size_t { from_input, far_side, to_output, interrupt, slots };

    void turn() {
        judge();
        if (ended_)
            return;
        wait();
        if (is_set(interrupt, POLLIN))
            return end(relay_end::interrupted);
        report_progress();
        // What came is delivered before anything else is judged.
        if (wants_far_input() &&
            (far_.has_buffered() || is_set(far_side, far_.read_events() | POLLHUP | POLLERR)))
            receive();
        if (!ended_ && has_to_deliver())
            deliver();
        if (!ended_ && !has_to_deliver() && is_set(to_output, POLLERR | POLLHUP | POLLNVAL))
            end(relay_end::output_closed);
        if (!ended_)
            look_after_input();
        if (!ended_ && !up_.empty())
            send();
        else if (!ended_ && shutting_down_)
            go_on_shutting_down();
    }

    void look_after_input() {
        const bool is_ready = is_set(from_input, POLLIN | POLLHUP | POLLERR | POLLNVAL);
        if (is_input_held()) {
            if (is_ready) // events were not asked for: nobody writes any more
                input_over();
            if (up_waits_ && is_set(far_side, far_.write_events() | POLLHUP | POLLERR))
                send_pages();
        } else if (is_ready && wants_input()) {
            take_input();
        }
    }

    void end(relay_end why, std::error_code code = {}) {
        if (ended_)
            return;
        ended_ = true;
        result_.ended_by = why;
        result_.code = code;
    }

    // Ends and deadlines that need no event.
    void judge() {
        const auto now = clock::now();
        if (!far_open_ && !has_to_deliver())
            return far_side_over(now);
        if (is_all_sent())
            after_input(now);
        if (ended_)
            return;
        if (input_ended_ && options_.linger && now >= *input_ended_ + *options_.linger)
            return end(relay_end::linger_over);
        if (options_.idle_limit && now >= last_moved_ + *options_.idle_limit)
            end(relay_end::idle);
    }

    void far_side_over(clock::time_point now) {
        if (far_error_)
            return end(relay_end::far_side_failed, far_error_);
        result_.lost_by_half_close =
            shut_down_at_ && result_.bytes.received == 0 && now - *shut_down_at_ <= round_trip_;
        end(relay_end::far_side_finished);
    }

    // The input has ended and everything read was sent.
    void after_input(clock::time_point now) {
        if (options_.on_eof == end_of_input::close && shut_down_at_ &&
            now >= *shut_down_at_ + leave_limit)
            return end(relay_end::input_finished);
        if (!sending_open_ || options_.on_eof == end_of_input::ignore)
            return;
        // Silence means that nothing comes, not that nobody takes what has come.
        const bool is_quiet = !has_to_deliver() && now >= quiet_deadline();
        if (options_.on_eof != end_of_input::automatic || is_quiet)
            shut_down();
    }

    [[nodiscard]] clock::time_point quiet_deadline() const {
        return std::max(last_moved_, *input_ended_) + options_.eof_delay;
    }

    void shut_down() {
        // And some time to think.
        round_trip_ = net::round_trip(far_.descriptor()) * 3 / 2 + milliseconds{50};
        sending_open_ = false;
        shut_down_at_ = clock::now();
        go_on_shutting_down();
    }

    void go_on_shutting_down() { shutting_down_ = would_block(far_.try_shut_down()); }

    // Read ahead, so that the end of the input is noticed while the far side is slow.
    [[nodiscard]] bool wants_input() const {
        return input_open_ && !up_.full() && !is_input_held();
    }
    // Pages stay in the input until the far side takes them.
    [[nodiscard]] bool is_input_held() const {
        return page_sender_.is_engaged() && (up_waits_ || !up_.empty());
    }
    [[nodiscard]] bool wants_far_input() const { return far_open_ && !has_to_deliver(); }
    [[nodiscard]] bool has_to_deliver() const {
        return !down_.empty() || down_waits_ || page_receiver_.pending() > 0;
    }
    [[nodiscard]] bool is_all_sent() const { return !input_open_ && input_ended_ && up_.empty(); }

    void wait() {
        const auto arm = [this](slot index, int fd, int events, bool wanted) {
            polled_[index] = {wanted ? fd : -1, static_cast<short>(events), 0};
        };
        const bool wants_out = !up_.empty() || up_waits_ || shutting_down_;
        const int far_events =
            (wants_far_input() ? far_.read_events() : 0) | (wants_out ? far_.write_events() : 0);
        // An input that is held tells only that it has an end.
        const bool is_held = is_input_held();
        arm(from_input, input_.fd(), is_held ? 0 : POLLIN, is_held ? !input_ended_ : wants_input());
        arm(far_side, far_.descriptor(), far_events, far_events != 0);
        // Always watched: an error says that nobody reads any more.
        arm(to_output, output_.fd(), has_to_deliver() ? POLLOUT : 0, options_.write_output);
        arm(interrupt, options_.interrupt_fd, POLLIN, options_.interrupt_fd != -1);
        if (::poll(polled_.data(), polled_.size(), timeout()) <= 0)
            for (pollfd& entry : polled_)
                entry.revents = 0;
    }

    [[nodiscard]] bool is_set(slot index, int events) const {
        return (polled_[index].revents & events) != 0;
    }

    // Milliseconds to the nearest deadline, rounded up; -1 if there is none.
    [[nodiscard]] int timeout() const {
        if (wants_far_input() && far_.has_buffered())
            return 0;
        auto next = clock::time_point::max();
        if (options_.idle_limit)
            next = std::min(next, last_moved_ + *options_.idle_limit);
        if (input_ended_ && options_.linger)
            next = std::min(next, *input_ended_ + *options_.linger);
        const bool may_get_quiet = is_all_sent() && sending_open_ && !has_to_deliver();
        if (may_get_quiet && options_.on_eof == end_of_input::automatic)
            next = std::min(next, quiet_deadline());
        if (shut_down_at_ && options_.on_eof == end_of_input::close)
            next = std::min(next, *shut_down_at_ + leave_limit);
        if (options_.on_progress)
            next = std::min(next, last_report_ + options_.progress_interval);
        if (next == clock::time_point::max())
            return -1;
        const auto left = std::chrono::ceil<milliseconds>(next - clock::now()).count();
        return static_cast<int>(std::clamp<long long>(left, 0, 60 * 60 * 1'000));
    }

    void report_progress() {
        if (!options_.on_progress || clock::now() < last_report_ + options_.progress_interval)
            return;
        last_report_ = clock::now();
        options_.on_progress(result_.bytes);
    }

    void take_input() {
        if (page_sender_.is_engaged())
            return send_pages();
        const io_result got = input_.read(up_.space());
        if (would_block(got))
            return;
        if (got.code)
            return end(relay_end::input_failed, got.code);
        if (got.size == 0) {
            input_open_ = false;
            return input_over();
        }
        up_.added(got.size);
        if (up_.overflows())
            page_sender_.engage();
    }

    void input_over() {
        if (!input_ended_)
            input_ended_ = clock::now();
    }

    void send_pages() {
        const io_result gone = page_sender_.move();
        const bool has_waited = std::exchange(up_waits_, would_block(gone));
        if (up_waits_) {
            // Both were ready and nothing went: it has to be copied.
            if (has_waited)
                page_sender_.disengage();
            up_waits_ = page_sender_.is_engaged();
        } else if (gone.code) {
            sending_failed(gone.code);
        } else if (gone.size == 0) {
            input_open_ = false;
            input_over();
        } else {
            result_.bytes.sent += gone.size;
            last_moved_ = clock::now();
        }
    }

    void send() {
        const io_result gone = far_.try_write(up_.pending());
        if (would_block(gone))
            return;
        if (gone.code)
            return sending_failed(gone.code);
        up_.taken(gone.size);
        result_.bytes.sent += gone.size;
        last_moved_ = clock::now();
    }

    // The far side takes no more. What it still has to say is read to its end; that end decides.
    void sending_failed(std::error_code code) {
        up_.drop();
        up_waits_ = false;
        input_open_ = false;
        sending_open_ = false;
        // EPIPE: it had ended its stream before, which is no failure of ours.
        if (code != std::errc::broken_pipe)
            far_error_ = code;
    }

    void receive() {
        if (page_receiver_.is_engaged())
            return receive_pages();
        const io_result got = far_.try_read(down_.space());
        if (would_block(got))
            return;
        if (got.code || got.size == 0)
            return far_over(got.code);
        result_.bytes.received += got.size;
        last_moved_ = clock::now();
        if (!options_.write_output)
            return;
        down_.added(got.size);
        if (down_.overflows())
            page_receiver_.engage();
    }

    void far_over(std::error_code code) {
        far_open_ = false;
        if (code)
            far_error_ = code;
    }

    void receive_pages() {
        const io_result got = page_receiver_.receive();
        const bool has_waited = std::exchange(down_waits_, would_block(got));
        if (down_waits_) {
            // There is something, and room for it, and yet it does not move (urgent data does so).
            if (has_waited || !page_receiver_.waits_for_output())
                page_receiver_.disengage();
            down_waits_ = page_receiver_.is_engaged();
        } else if (got.code == std::errc::broken_pipe) {
            end(relay_end::output_closed);
        } else if (got.code) {
            far_over(got.code);
        } else if (got.size == 0) {
            page_receiver_.disengage(); // the end, or urgent data behind which there is more
        } else {
            result_.bytes.received += got.size;
            last_moved_ = clock::now();
        }
    }

    void deliver() {
        if (down_waits_)
            return deliver_later();
        if (page_receiver_.pending() > 0 && down_.empty()) {
            const io_result moved = page_receiver_.deliver();
            if (moved.code != std::errc::invalid_argument)
                return delivered(moved);
            page_receiver_.disengage();
            down_.added(page_receiver_.take_pending(down_.space()).size);
        }
        const io_result written = output_.write(down_.pending());
        if (!written.code)
            down_.taken(written.size);
        delivered(written);
    }

    void deliver_later() {
        if (is_set(to_output, POLLOUT | POLLERR | POLLHUP | POLLNVAL))
            receive_pages();
    }

    void delivered(const io_result& written) {
        if (would_block(written))
            return;
        if (written.code == std::errc::broken_pipe || written.code == std::errc::connection_reset)
            return end(relay_end::output_closed);
        if (written.code)
            return end(relay_end::output_failed, written.code);
        last_moved_ = clock::now();
    }

    stream& far_;
    const local_end& input_;
    const local_end& output_;
    const relay_options& options_;

    net::transit up_;
    net::transit down_;
    net::page_sender page_sender_;
    net::page_receiver page_receiver_;
    bool up_waits_{false};   // pages, for the far side
    bool down_waits_{false}; // pages, for the output
    std::array<pollfd, slots> polled_{};

    bool input_open_;
    bool sending_open_{true};
    bool shutting_down_{false}; // and the stream could not take it yet
    bool far_open_{true};
    bool ended_{false};
    std::error_code far_error_;
    std::optional<clock::time_point> input_ended_;
    std::optional<clock::time_point> shut_down_at_;
    clock::duration round_trip_{};
    clock::time_point last_moved_{clock::now()};
    clock::time_point last_report_{clock::now()};
    relay_result result_;
};

} // namespace

relay_result relay(
    stream& tunnel, const local_end& input, const local_end& output, const relay_options& options) {
    return relay_loop{tunnel, input, output, options}.run();
}

} // namespace sockscat
