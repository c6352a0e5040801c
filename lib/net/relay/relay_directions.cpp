// SPDX-License-Identifier: MIT
// How bytes and pages go: from the input to the far side, from the far side to the output.
#include "relay_loop.hpp"

#include "net/stream/socket_stream.hpp"

#include <utility>

namespace sockscat::net {

void relay_loop::take_input() {
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

void relay_loop::input_over() {
    if (!input_ended_)
        input_ended_ = clock::now();
}

void relay_loop::send_pages() {
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

void relay_loop::send() {
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
void relay_loop::sending_failed(std::error_code code) {
    if (code == std::errc::broken_pipe && page_sender_.has_moved())
        code = lost_reset();
    up_.drop();
    up_waits_ = false;
    input_open_ = false;
    sending_open_ = false;
    // EPIPE: it had ended its stream before, which is no failure of ours.
    if (code != std::errc::broken_pipe)
        far_error_ = code;
}

void relay_loop::receive() {
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

void relay_loop::far_over(std::error_code code) {
    const bool is_lost = sending_open_ && page_sender_.has_moved() && !far_ended_first_ &&
                         is_gone(far_.descriptor());
    if (code || is_lost)
        far_error_ = code ? code : lost_reset();
    far_open_ = false;
}

// The kernel tells of a reset once, and not if pages had gone before it in the same call; what is
// left is EPIPE or an end, as after a proper end of the stream, but there was none.
std::error_code relay_loop::lost_reset() const {
    const bool has_ended = !far_open_ || far_ended_first_;
    return std::make_error_code(has_ended ? std::errc::broken_pipe : std::errc::connection_reset);
}

void relay_loop::receive_pages() {
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

void relay_loop::deliver() {
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

void relay_loop::deliver_later() {
    if (is_set(to_output, POLLOUT | POLLERR | POLLHUP | POLLNVAL))
        receive_pages();
}

void relay_loop::delivered(const io_result& written) {
    if (would_block(written))
        return;
    if (written.code == std::errc::broken_pipe || written.code == std::errc::connection_reset)
        return end(relay_end::output_closed);
    if (written.code)
        return end(relay_end::output_failed, written.code);
    last_moved_ = clock::now();
}

} // namespace sockscat::net
