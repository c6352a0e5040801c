// SPDX-License-Identifier: MIT
/// One direction of a relay: from the input to the other end.
#pragma once

#include "page_mover.hpp"
#include "transit.hpp"

#include <sockscat/local_end.hpp>

#include <cstdint>
#include <poll.h>
#include <span>
#include <system_error>

namespace sockscat::net {

/// Reads ahead of what the other end accepts, so that the end of the input is noticed meanwhile;
/// or, once buffers fill, lets the kernel move pages, which stay in the input until they are taken.
/// Borrows both ends.
class upstream {
  public:
    enum class state : std::uint8_t {
        unread,   ///< the input is never read, and that is not its end
        open,     ///< what the input gives is sent
        draining, ///< the input has ended, and not all of it was sent
        sent,     ///< the input has ended, and all of it was sent
        ending,   ///< the other end is to be told, and the stream could not take that yet
        ended,    ///< the other end was told
        refused,  ///< the other end accepts no more, and there was more
        failed,   ///< the input cannot be read
    };

    /// `adds_cr`: relay_options::add_cr.
    upstream(stream& far, const local_end& input, bool is_read, bool adds_cr)
        : far_{far}, input_{input}, pages_{far.native_handle(), input.native_handle()},
          state_{is_read ? state::open : state::unread}, adds_cr_{adds_cr} {}

    /// For poll(2).
    [[nodiscard]] pollfd input_entry() const;
    /// To be asked of the other end; 0: nothing.
    [[nodiscard]] short far_events() const;
    /// Moves what these events let through.
    void act(short of_input, short of_far);
    /// Tells the other end that this is all; only in state::sent.
    void shut_down();

    [[nodiscard]] state now() const { return state_; }
    /// All that the input gave was sent.
    [[nodiscard]] bool is_complete() const {
        return state_ == state::sent || state_ == state::ending || state_ == state::ended;
    }
    /// Bytes of the input are on their way, or were refused.
    [[nodiscard]] bool has_unsent() const {
        return !bytes_.empty() || waits_ || pages_.pending() > 0 || state_ == state::refused;
    }
    /// The input gives nothing more, although some of it may still be in it.
    [[nodiscard]] bool is_input_over() const { return is_input_over_; }
    [[nodiscard]] bool was_shut_down() const {
        return state_ == state::ending || state_ == state::ended;
    }
    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    /// In state::failed or state::refused.
    [[nodiscard]] std::error_code code() const { return code_; }

  private:
    [[nodiscard]] bool holds_pages() const {
        return pages_.is_engaged() && (waits_ || !bytes_.empty());
    }
    /// Nothing is read now: what the input still has must wait.
    [[nodiscard]] bool is_held() const {
        return state_ == state::open && (bytes_.full() || holds_pages());
    }
    [[nodiscard]] bool wants_input() const { return state_ == state::open && !is_held(); }
    void take();
    void copy();
    io_result read_lines(std::span<std::uint8_t> space);
    void move_pages();
    void stop_moving(const io_result& gone, bool has_moved);
    void send();
    void end_input();
    void refuse(std::error_code code);
    void go_on_shutting_down();

    stream& far_;
    const local_end& input_;
    transit bytes_;
    page_sender pages_;
    state state_;
    bool adds_cr_;
    bool after_cr_{false}; // the input's last byte was one
    bool waits_{false};    // pages, for the other end
    bool is_input_over_{false};
    std::uint64_t taken_{0};
    std::uint64_t sent_{0};
    std::error_code code_;
};

} // namespace sockscat::net
