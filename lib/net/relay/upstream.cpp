// SPDX-License-Identifier: MIT
#include "upstream.hpp"

#include "net/linux/tcp_state.hpp"
#include "net/syscall.hpp"

#include <utility>

namespace sockscat::net {
namespace {

constexpr int for_input = POLLIN | POLLHUP | POLLERR | POLLNVAL;
constexpr int turns = 8; // of pages, before the other direction has its own

} // namespace

pollfd upstream::input_entry() const {
    if (wants_input())
        return {input_.fd(), POLLIN, 0};
    // An input that is held reports only that it has an end.
    return {is_held() && !is_input_over_ ? input_.fd() : -1, 0, 0};
}

short upstream::far_events() const {
    const bool wants = !bytes_.empty() || waits_ || state_ == state::ending;
    return wants ? far_.write_events() : short{0};
}

void upstream::act(short of_input, short of_far) {
    const bool is_input_ready = (of_input & for_input) != 0;
    const bool is_far_ready = (of_far & (far_.write_events() | POLLERR | POLLHUP)) != 0;
    const bool may_send = is_far_ready || bytes_.empty(); // what is taken now is tried immediately
    if (is_held()) {
        is_input_over_ = is_input_over_ || is_input_ready;
        if (waits_ && is_far_ready)
            move_pages();
    } else if (is_input_ready && wants_input()) {
        take();
    }
    if (!bytes_.empty() && may_send)
        send();
    else if (state_ == state::ending && is_far_ready)
        go_on_shutting_down();
}

void upstream::take() {
    if (pages_.is_engaged())
        move_pages();
    else
        copy();
}

void upstream::copy() {
    const auto space = bytes_.space();
    const io_result got = pages_.pending() > 0 ? pages_.take_pending(space)
                          : adds_cr_           ? read_lines(space)
                                               : input_.read(space);
    if (would_block(got))
        return;
    if (got.code) {
        state_ = state::failed;
        code_ = got.code;
    } else if (got.size == 0) {
        end_input();
    } else {
        taken_ += got.size;
        bytes_.added(got.size);
        if (bytes_.overflows() && !adds_cr_)
            pages_.engage();
    }
}

// Into the back half, and from there to the front with what is added.
io_result upstream::read_lines(std::span<std::uint8_t> space) {
    const auto half = space.last(space.size() / 2);
    io_result got = input_.read(half);
    std::size_t size = 0;
    for (const std::uint8_t byte : half.first(got.code ? 0 : got.size)) {
        if (byte == '\n' && !after_cr_)
            space[size++] = '\r';
        space[size++] = byte;
        after_cr_ = byte == '\r';
    }
    if (!got.code)
        got.size = size;
    return got;
}

// Several times in a row, as long as it goes; the other direction has its turn in between.
void upstream::move_pages() {
    for (int i = 0; i < turns; ++i) {
        const io_result gone = pages_.move();
        if (gone.code || gone.size == 0)
            return stop_moving(gone, i > 0);
        waits_ = false;
        taken_ += gone.size;
        sent_ += gone.size;
    }
}

void upstream::stop_moving(const io_result& gone, bool has_moved) {
    const bool has_waited = std::exchange(waits_, false) && !has_moved;
    if (would_block(gone)) {
        // Both were ready and nothing went: it has to be copied.
        if (has_waited)
            pages_.disengage();
        waits_ = pages_.is_engaged() && (!has_moved || pages_.has_more());
        is_input_over_ = is_input_over_ || pages_.is_at_end();
    } else if (gone.code) {
        refuse(gone.code);
    } else {
        end_input();
    }
}

void upstream::end_input() {
    is_input_over_ = true;
    state_ = bytes_.empty() ? state::sent : state::draining;
}

void upstream::send() {
    const io_result gone = far_.try_write(bytes_.pending());
    if (would_block(gone))
        return;
    if (gone.code)
        return refuse(gone.code);
    bytes_.taken(gone.size);
    sent_ += gone.size;
    if (state_ == state::draining && bytes_.empty())
        state_ = state::sent;
}

// The kernel reports a reset once, and not if pages had gone before it in the same call: what is
// left is EPIPE, as after a proper end of the stream, but the connection is gone.
void upstream::refuse(std::error_code code) {
    const bool is_reset = code == std::errc::broken_pipe && is_gone(far_.descriptor());
    code_ = is_reset ? std::make_error_code(std::errc::connection_reset) : code;
    bytes_.drop();
    waits_ = false;
    state_ = state::refused;
}

void upstream::shut_down() {
    state_ = state::ending;
    go_on_shutting_down();
}

void upstream::go_on_shutting_down() {
    const io_result told = far_.try_shut_down();
    if (is_local_failure(told.code))
        refuse(told.code);
    else if (!would_block(told))
        state_ = state::ended;
}

} // namespace sockscat::net
