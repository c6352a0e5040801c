// SPDX-License-Identifier: MIT
/// One direction of a relay: from the other end to the output.
#pragma once

#include "page_mover.hpp"
#include "transit.hpp"

#include <sockscat/local_end.hpp>

#include <cstdint>
#include <poll.h>
#include <system_error>

namespace sockscat::net {

/// Copies, or lets the kernel move pages once buffers fill. Borrows both ends.
class downstream {
  public:
    enum class state : std::uint8_t {
        receiving,   ///< what the other end says is delivered
        delivering,  ///< the other end has ended, and not all that came was delivered
        ended,       ///< the other end has ended, all was delivered, and the output was ended
        reader_gone, ///< no one reads the output: what comes is discarded
        abandoned,   ///< the same, and the other end has ended
        failed,      ///< the output cannot be written
    };

    /// Not written: what comes is counted and discarded.
    downstream(stream& far, local_end& output, const local_end& input, bool is_written)
        : far_{far}, output_{output}, input_{input},
          pages_{far.native_handle(), output.native_handle()}, is_written_{is_written} {}

    /// For poll(2).
    [[nodiscard]] pollfd output_entry() const;
    /// To be asked of the other end; 0: nothing.
    [[nodiscard]] short far_events() const { return wants_more() ? far_.read_events() : short{0}; }
    /// More can be received now, and no event will tell.
    [[nodiscard]] bool is_ready() const { return wants_more() && far_.has_buffered(); }
    /// Moves what these events let through.
    void act(short of_far, short of_output);

    [[nodiscard]] state now() const { return state_; }
    /// The other end has not ended.
    [[nodiscard]] bool is_open() const {
        return state_ == state::receiving || state_ == state::reader_gone;
    }
    /// Something that came waits for the output.
    [[nodiscard]] bool has_to_deliver() const {
        return !bytes_.empty() || waits_ || pages_.pending() > 0;
    }
    /// Something came that no one read.
    [[nodiscard]] bool has_lost() const { return has_lost_; }
    [[nodiscard]] std::uint64_t received() const { return received_; }
    /// How often some of it was delivered.
    [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
    /// By which the other end ended, if not by a proper end of its stream; or, in state::failed,
    /// that of the output.
    [[nodiscard]] std::error_code code() const { return code_; }

  private:
    [[nodiscard]] bool wants_more() const { return is_open() && !has_to_deliver(); }
    [[nodiscard]] bool is_delivered() const {
        return is_written_ && (state_ == state::receiving || state_ == state::delivering);
    }
    void receive();
    void receive_pages();
    void end_far_side(std::error_code code);
    void deliver();
    void deliver_pages();
    void delivered_some(const io_result& written);
    void lose_reader();

    stream& far_;
    local_end& output_;
    const local_end& input_;
    transit bytes_;
    page_receiver pages_;
    state state_{state::receiving};
    bool is_written_;
    bool waits_{false}; // pages, for the output
    bool has_lost_{false};
    std::uint64_t received_{0};
    std::uint64_t deliveries_{0};
    std::error_code code_;
};

} // namespace sockscat::net
