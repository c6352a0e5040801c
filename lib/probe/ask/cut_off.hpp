// SPDX-License-Identifier: MIT
/// The end of a connection's time: one timer, and nothing that runs in parallel to the exchange.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace sockscat::probing {

/// Shuts a connection down when its time is over, so that whoever waits for it reads its end.
class cut_off {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `end` may be time_point::max(): never.
    cut_off(const asio::any_io_executor& executor, time_point end);
    cut_off(const cut_off&) = delete;
    cut_off& operator=(const cut_off&) = delete;
    ~cut_off() { leave(); }

    /// From here on it is about this socket, which is borrowed until leave().
    void watch(int socket);
    /// Before the socket is closed.
    void leave();
    /// Calls `then` once, unless leave() or forget() comes first.
    void remind(time_point when, std::function<void()> then);
    void forget();
    /// Whether it was shut down.
    [[nodiscard]] bool has_come() const;

  private:
    struct state;

    void wait();

    asio::steady_timer timer_;
    std::shared_ptr<state> state_; // the timer's handler may come after this is gone
};

} // namespace sockscat::probing
