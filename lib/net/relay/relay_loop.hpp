// SPDX-License-Identifier: MIT
/// The loop of a relay: what it knows, and what it does when a descriptor is ready.
#pragma once

#include "page_mover.hpp"
#include "transit.hpp"

#include <sockscat/relay.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <poll.h>
#include <system_error>

namespace sockscat::net {

/// One relay() from its begin to its end. Borrows everything.
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

    relay_result run();

  private:
    using clock = std::chrono::steady_clock;

    enum slot : std::size_t { from_input, far_side, to_output, interrupt, slots };

    void turn();
    void look_after_input();
    void end(relay_end why, std::error_code code = {});
    void judge();
    void far_side_over(clock::time_point now);
    void after_input(clock::time_point now);
    [[nodiscard]] clock::time_point quiet_deadline() const {
        return std::max(last_moved_, *input_ended_) + options_.eof_delay;
    }
    void shut_down();
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
    [[nodiscard]] bool watches_far_end() const {
        return far_open_ && !far_end_noticed_ && far_.native_handle() != -1;
    }
    void notice_far_end();
    void wait();
    [[nodiscard]] bool is_set(slot index, int events) const {
        return (polled_[index].revents & events) != 0;
    }
    [[nodiscard]] int timeout() const;
    void report_progress();
    void take_input();
    void input_over();
    void send_pages();
    void send();
    void sending_failed(std::error_code code);
    void receive();
    void far_over(std::error_code code);
    [[nodiscard]] std::error_code lost_reset() const;
    void receive_pages();
    void deliver();
    void deliver_later();
    void delivered(const io_result& written);

    stream& far_;
    const local_end& input_;
    const local_end& output_;
    const relay_options& options_;

    transit up_;
    transit down_;
    page_sender page_sender_;
    page_receiver page_receiver_;
    bool up_waits_{false};   // pages, for the far side
    bool down_waits_{false}; // pages, for the output
    std::array<pollfd, slots> polled_{};

    bool input_open_;
    bool sending_open_{true};
    bool shutting_down_{false}; // and the stream could not take it yet
    bool far_open_{true};
    bool far_end_noticed_{false};
    bool far_ended_first_{false}; // before anything could be lost with a reset
    bool ended_{false};
    std::error_code far_error_;
    std::optional<clock::time_point> input_ended_;
    std::optional<clock::time_point> shut_down_at_;
    clock::duration round_trip_{};
    clock::time_point last_moved_{clock::now()};
    clock::time_point last_report_{clock::now()};
    relay_result result_;
};

} // namespace sockscat::net
