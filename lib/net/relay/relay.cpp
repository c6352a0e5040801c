// SPDX-License-Identifier: MIT
#include "relay_loop.hpp"

#include "net/stream/socket_stream.hpp"

namespace sockscat {
namespace net {
namespace {

using std::chrono::milliseconds;

// end_of_input::close: a close while the far side still sends would be a reset, and could destroy
// what was just sent on its way through the proxy.
constexpr milliseconds leave_limit{2'000};

} // namespace

relay_result relay_loop::run() {
    while (!ended_)
        turn();
    return result_;
}

void relay_loop::turn() {
    judge();
    if (ended_)
        return;
    wait();
    if (is_set(interrupt, POLLIN))
        return end(relay_end::interrupted);
    report_progress();
    notice_far_end();
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

// Read or not: an end of the stream that came before a reset makes it no failure.
void relay_loop::notice_far_end() {
    if (!watches_far_end() || !is_set(far_side, POLLRDHUP | POLLHUP | POLLERR))
        return;
    far_end_noticed_ = true;
    far_ended_first_ = !page_sender_.has_moved() || !is_gone(far_.descriptor());
}

void relay_loop::look_after_input() {
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

void relay_loop::end(relay_end why, std::error_code code) {
    if (ended_)
        return;
    ended_ = true;
    result_.ended_by = why;
    result_.code = code;
}

// Ends and deadlines that need no event.
void relay_loop::judge() {
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

void relay_loop::far_side_over(clock::time_point now) {
    if (far_error_)
        return end(relay_end::far_side_failed, far_error_);
    result_.lost_by_half_close =
        shut_down_at_ && result_.bytes.received == 0 && now - *shut_down_at_ <= round_trip_;
    end(relay_end::far_side_finished);
}

// The input has ended and everything read was sent.
void relay_loop::after_input(clock::time_point now) {
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

void relay_loop::shut_down() {
    // And some time to think.
    round_trip_ = round_trip(far_.descriptor()) * 3 / 2 + milliseconds{50};
    sending_open_ = false;
    shut_down_at_ = clock::now();
    go_on_shutting_down();
}

void relay_loop::wait() {
    const auto arm = [this](slot index, int fd, int events, bool wanted) {
        polled_[index] = {wanted ? fd : -1, static_cast<short>(events), 0};
    };
    const bool wants_out = !up_.empty() || up_waits_ || shutting_down_;
    const int far_events = (wants_far_input() ? far_.read_events() : 0) |
                           (wants_out ? far_.write_events() : 0) |
                           (watches_far_end() ? POLLRDHUP : 0);
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

// Milliseconds to the nearest deadline, rounded up; -1 if there is none.
int relay_loop::timeout() const {
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

void relay_loop::report_progress() {
    if (!options_.on_progress || clock::now() < last_report_ + options_.progress_interval)
        return;
    last_report_ = clock::now();
    options_.on_progress(result_.bytes);
}

} // namespace net

relay_result relay(
    stream& tunnel, const local_end& input, const local_end& output, const relay_options& options) {
    return net::relay_loop{tunnel, input, output, options}.run();
}

} // namespace sockscat
