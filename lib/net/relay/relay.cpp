// SPDX-License-Identifier: MIT
#include "relay_loop.hpp"

#include "net/linux/tcp_state.hpp"
#include "net/syscall.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace sockscat {
namespace net {
namespace {

using std::chrono::milliseconds;

// A close while the other end still sends would be a reset, and could destroy what was just sent on
// its way through the proxy.
constexpr milliseconds leave_limit{2'000};
// Who closes both pipes does so one after the other.
constexpr milliseconds grace{100};
// How long the other end may take to acknowledge the last bytes, and how often that is looked at.
constexpr milliseconds settle_limit{2'000};
constexpr milliseconds settle_step{10};

std::error_code error_of(int socket) {
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size);
    return {code == 0 ? EPIPE : code, std::system_category()};
}

} // namespace

relay_loop::relay_loop(
    stream& tunnel, const local_end& input, local_end& output, const relay_options& options)
    : far_{tunnel}, input_{input}, options_{options}, up_{tunnel, input, options.read_input,
                                                          options.add_cr},
      down_{tunnel, output, input, options.write_output} {}

relay_result relay_loop::run() {
    for (;;) {
        if (const auto why = judge())
            return result(*why);
        wait();
        if ((polled_[of_interrupt].revents & POLLIN) != 0)
            return result(relay_end::interrupted);
        report_progress();
        move();
    }
}

std::optional<relay_end> relay_loop::judge() {
    if (is_underway())
        return std::nullopt;
    if (is_timed())
        now_ = clock::now();
    const standing at = now_standing();
    if (is_time_to_shut_down(at, options_.on_eof)) {
        up_.shut_down();
        shut_down_at_ = now_;
        return std::nullopt;
    }
    const auto why = end_of(at);
    const bool is_success = why == relay_end::far_side_finished || why == relay_end::input_finished;
    return is_success && !is_settled() ? std::nullopt : why;
}

standing relay_loop::now_standing() {
    standing at;
    at.up = up_.now();
    at.down = down_.now();
    at.has_unsent = up_.has_unsent();
    at.has_lost = down_.has_lost();
    at.is_cut = bool{far_code_};
    at.is_hung_up = is_hung_up_;
    at.is_input_optional = !options_.read_input || (input_.is_terminal() && options_.write_output);
    for (std::size_t i = 0; is_timed() && i < alarms; ++i) {
        const moment until = deadline(static_cast<alarm>(i));
        at.over[i] = until && now_ >= *until;
    }
    // What the input gives comes first.
    if (polled_[of_input].revents != 0)
        at.over[static_cast<std::size_t>(alarm::silence)] = false;
    return at;
}

void relay_loop::wait() {
    const auto far_events = static_cast<short>(up_.far_events() | down_.far_events());
    // After its end the other end can still say that it accepts no more.
    const bool is_far_watched = far_events != 0 || down_.now() == downstream::state::ended;
    polled_[of_input] = up_.input_entry();
    polled_[of_far] = {is_far_watched ? far_.descriptor() : -1, far_events, 0};
    polled_[of_output] = down_.output_entry();
    polled_[of_interrupt] = {options_.interrupt_fd, POLLIN, 0};
    poll_.wait(polled_, timeout());
}

void relay_loop::move() {
    const bool was_open = down_.is_open();
    // What came is delivered before anything else is judged.
    down_.act(polled_[of_far].revents, polled_[of_output].revents);
    up_.act(polled_[of_input].revents, polled_[of_far].revents);
    if (was_open && !down_.is_open())
        note_far_end();
    else if (!was_open)
        watch_far_end();
    else if (up_.now() == upstream::state::refused && is_local_failure(up_.code()))
        far_code_ = up_.code(); // the other end has no reason to end
    if (is_timed())
        note_progress();
}

void relay_loop::note_progress() {
    now_ = clock::now();
    const std::uint64_t moves = up_.taken() + up_.sent() + down_.received() + down_.deliveries();
    if (moves != seen_moves_)
        last_moved_ = now_;
    if (up_.taken() + up_.sent() != seen_upward_)
        last_upward_ = now_;
    seen_moves_ = moves;
    seen_upward_ = up_.taken() + up_.sent();
    const auto note = [this](moment& at, bool is_so) {
        if (is_so && !at)
            at = now_;
    };
    note(input_over_at_, up_.is_input_over());
    note(far_ended_at_, !down_.is_open());
    note(
        reader_gone_at_, down_.now() == downstream::state::reader_gone ||
                             down_.now() == downstream::state::abandoned);
}

// The kernel reports a reset once, and not if pages had gone before it in the same call: what is
// left is an end, as after a proper one, but the connection is gone although we did not end it. A
// reset after a proper end says the same: what was sent did not all arrive.
void relay_loop::note_far_end() {
    far_code_ = down_.code();
    if (!far_code_ && up_.now() == upstream::state::refused)
        far_code_ = up_.code();
    const bool is_lost = up_.sent() > 0 && !up_.was_shut_down() && is_gone(far_.descriptor());
    if (!far_code_ && is_lost)
        far_code_ = std::make_error_code(std::errc::connection_reset);
}

void relay_loop::watch_far_end() {
    const short events = polled_[of_far].revents;
    if (far_code_ || down_.now() != downstream::state::ended)
        return;
    if (up_.now() == upstream::state::refused)
        far_code_ = up_.code();
    else if ((events & POLLERR) != 0 && up_.sent() > 0)
        far_code_ = error_of(far_.descriptor());
    else if ((events & (POLLERR | POLLHUP)) != 0)
        is_hung_up_ = true;
}

// Exit 0 must not hide that the last bytes were refused.
bool relay_loop::is_settled() {
    if (down_.is_open() || is_hung_up_ || up_.sent() == 0 || is_all_acknowledged(far_.descriptor()))
        return true;
    if (!settling_since_)
        settling_since_ = now_;
    return now_ >= *settling_since_ + settle_limit;
}

relay_result relay_loop::result(relay_end why) {
    relay_result out;
    out.bytes = {up_.sent(), down_.received()};
    out.ended_by = why;
    if (why == relay_end::far_side_failed)
        out.code = far_code_;
    else if (why == relay_end::input_failed)
        out.code = up_.code();
    else if (why == relay_end::output_failed)
        out.code = down_.code();
    out.has_unsent = !up_.is_complete() && (up_.has_unsent() || up_.is_input_over());
    if (why == relay_end::far_side_failed && !down_.code()) // it refused what was sent
        out.has_unsent = true;
    out.shut_down_first = shut_down_at_ && far_ended_at_ && *shut_down_at_ < *far_ended_at_;
    const bool is_whole = why == relay_end::far_side_finished || why == relay_end::input_finished ||
                          (why == relay_end::linger_over && !out.has_unsent);
    if (!is_whole)
        far_.abandon();
    return out;
}

// Both directions go on, and no rule has anything to say.
bool relay_loop::is_underway() const {
    return !is_timed() &&
           (up_.now() == upstream::state::open || up_.now() == upstream::state::unread);
}

// The clock is read only where it can matter.
bool relay_loop::is_timed() const {
    return options_.idle_limit || options_.on_progress || up_.is_input_over() ||
           down_.now() != downstream::state::receiving;
}

relay_loop::moment relay_loop::silence_deadline() const {
    const auto since = std::max(last_upward_, *far_ended_at_);
    auto limit = options_.idle_limit;
    if (options_.write_output) // --send-only leaves at the end of the input, and not before
        limit = std::min(limit.value_or(options_.eof_delay), options_.eof_delay);
    return limit ? moment{since + *limit} : std::nullopt;
}

// Nothing where the rule does not hold now.
relay_loop::moment relay_loop::deadline(alarm which) const {
    const bool is_reader_gone = reader_gone_at_.has_value();
    const bool is_far_over = far_ended_at_ && down_.now() == downstream::state::ended;
    const bool has_pending = up_.has_unsent();
    const auto after = [](const moment& since, const std::optional<milliseconds>& limit) {
        return since && limit ? moment{*since + *limit} : std::nullopt;
    };
    switch (which) {
    case alarm::idle:
        if (is_reader_gone || (is_far_over && !has_pending))
            return std::nullopt;
        return after(last_moved_, options_.idle_limit);
    case alarm::linger:
        if (is_reader_gone || (is_far_over && !has_pending))
            return std::nullopt;
        return after(input_over_at_, options_.linger);
    case alarm::quiet:
        // Silence means that nothing comes, not that no one takes what has come.
        if (up_.now() != upstream::state::sent || down_.now() != downstream::state::receiving ||
            down_.has_to_deliver() || options_.on_eof != end_of_input::automatic || !input_over_at_)
            return std::nullopt;
        return std::max(last_moved_, *input_over_at_) + options_.eof_delay;
    case alarm::leave:
        if (options_.on_eof != end_of_input::close && !is_reader_gone)
            return std::nullopt;
        return after(shut_down_at_, leave_limit);
    case alarm::silence:
        if (!is_far_over || has_pending || up_.now() != upstream::state::open)
            return std::nullopt;
        return silence_deadline();
    case alarm::hurry:
        return up_.is_complete() ? std::nullopt : after(reader_gone_at_, options_.eof_delay);
    case alarm::grace:
        if (!is_reader_gone || has_pending || up_.now() != upstream::state::open)
            return std::nullopt;
        return std::max(last_upward_, *reader_gone_at_) + grace;
    }
    return std::nullopt;
}

// Milliseconds to the nearest deadline, rounded up; -1 if there is none.
int relay_loop::timeout() const {
    if (down_.is_ready())
        return 0;
    if (settling_since_) // a deadline that is over would make it spin
        return static_cast<int>(settle_step.count());
    if (!is_timed())
        return -1;
    auto next = clock::time_point::max();
    for (std::size_t i = 0; i < alarms; ++i)
        next = std::min(next, deadline(static_cast<alarm>(i)).value_or(next));
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
    options_.on_progress({up_.sent(), down_.received()});
}

} // namespace net

relay_result relay(
    stream& tunnel, const local_end& input, local_end& output, const relay_options& options) {
    return net::relay_loop{tunnel, input, output, options}.run();
}

} // namespace sockscat
