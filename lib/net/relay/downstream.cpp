// SPDX-License-Identifier: MIT
#include "downstream.hpp"

#include <utility>

namespace sockscat::net {
namespace {

constexpr int gone = POLLERR | POLLHUP | POLLNVAL;

} // namespace

pollfd downstream::output_entry() const {
    // Always watched: an error says that no one reads any more.
    const bool waits = has_to_deliver();
    return {is_delivered() ? output_.fd() : -1, waits ? short{POLLOUT} : short{0}, 0};
}

void downstream::act(short of_far, short of_output) {
    const bool could_deliver = has_to_deliver();
    if (wants_more() &&
        (far_.has_buffered() || (of_far & (far_.read_events() | POLLHUP | POLLERR)) != 0))
        receive();
    // Pages that wait were tried just now.
    if (has_to_deliver() && (could_deliver ? of_output != 0 : !waits_))
        deliver();
    if (state_ == state::delivering && !has_to_deliver()) {
        state_ = state::ended;
        if (is_written_)
            output_.end(input_);
    } else if (!has_to_deliver() && is_delivered() && (of_output & gone) != 0) {
        lose_reader();
    }
}

void downstream::receive() {
    if (pages_.is_engaged())
        return receive_pages();
    const io_result got = far_.try_read(bytes_.space());
    if (would_block(got))
        return;
    if (got.code || got.size == 0)
        return end_far_side(got.code);
    received_ += got.size;
    has_lost_ = has_lost_ || state_ == state::reader_gone;
    if (!is_delivered())
        return;
    bytes_.added(got.size);
    if (bytes_.overflows())
        pages_.engage();
}

void downstream::receive_pages() {
    const io_result got = pages_.receive();
    const bool has_waited = std::exchange(waits_, would_block(got));
    if (waits_) {
        // There is something, and room for it, and yet it does not move (urgent data does so).
        if (has_waited || !pages_.waits_for_output())
            pages_.disengage();
        waits_ = pages_.is_engaged();
    } else if (got.code == std::errc::broken_pipe) {
        lose_reader();
    } else if (got.code) {
        end_far_side(got.code);
    } else if (got.size == 0) {
        pages_.disengage(); // the end, or urgent data with more after it
    } else {
        received_ += got.size;
    }
}

void downstream::end_far_side(std::error_code code) {
    code_ = code;
    state_ = state_ == state::reader_gone ? state::abandoned : state::delivering;
}

void downstream::deliver() {
    if (waits_)
        return receive_pages();
    if (pages_.pending() > 0 && bytes_.empty())
        return deliver_pages();
    const io_result written = output_.write(bytes_.pending());
    if (!written.code)
        bytes_.taken(written.size);
    delivered_some(written);
}

void downstream::deliver_pages() {
    const io_result moved = pages_.deliver();
    if (moved.code != std::errc::invalid_argument)
        return delivered_some(moved);
    pages_.disengage();
    bytes_.added(pages_.take_pending(bytes_.space()).size);
    deliver();
}

void downstream::delivered_some(const io_result& written) {
    if (would_block(written))
        return;
    if (written.code == std::errc::broken_pipe || written.code == std::errc::connection_reset)
        return lose_reader();
    if (written.code) {
        code_ = written.code;
        state_ = state::failed;
    } else {
        ++deliveries_;
    }
}

void downstream::lose_reader() {
    has_lost_ = has_lost_ || has_to_deliver();
    state_ = is_open() ? state::reader_gone : state::abandoned;
    bytes_.drop();
    pages_.drop();
    waits_ = false;
}

} // namespace sockscat::net
