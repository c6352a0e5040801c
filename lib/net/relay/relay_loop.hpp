// SPDX-License-Identifier: MIT
/// The loop of a relay: it waits for both directions, keeps the time, and asks the rules.
#pragma once

#include "downstream.hpp"
#include "net/linux/waiting.hpp"
#include "relay_ends.hpp"
#include "upstream.hpp"

#include <sockscat/relay.hpp>

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
        stream& tunnel, const local_end& input, local_end& output, const relay_options& options);

    relay_result run();

  private:
    using clock = std::chrono::steady_clock;
    using moment = std::optional<clock::time_point>;

    enum slot : std::size_t { of_input, of_far, of_output, of_interrupt };

    [[nodiscard]] std::optional<relay_end> judge();
    void wait();
    void move();
    void note_progress();
    void note_far_end();
    void watch_far_end();
    void report_progress();
    [[nodiscard]] standing now_standing();
    [[nodiscard]] bool is_settled();
    [[nodiscard]] relay_result result(relay_end why);

    [[nodiscard]] bool is_underway() const;
    [[nodiscard]] bool is_timed() const;
    [[nodiscard]] moment deadline(alarm which) const;
    [[nodiscard]] int timeout() const;
    [[nodiscard]] moment silence_deadline() const;

    stream& far_;
    const local_end& input_;
    const relay_options& options_;
    upstream up_;
    downstream down_;
    repeated_poll::entries polled_{};
    repeated_poll poll_;

    std::error_code far_code_; // by which the other end ended, or refuses what is sent
    bool is_hung_up_{false};

    clock::time_point now_{clock::now()};
    clock::time_point last_moved_{now_};
    // From the input, or to the other end: an input that had to wait was not silent.
    clock::time_point last_upward_{now_};
    clock::time_point last_report_{now_};
    std::uint64_t seen_upward_{0};
    std::uint64_t seen_moves_{0};
    moment input_over_at_;
    moment shut_down_at_;
    moment far_ended_at_;
    moment reader_gone_at_;
    moment settling_since_;
};

} // namespace sockscat::net
