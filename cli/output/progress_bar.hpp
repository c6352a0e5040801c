// SPDX-License-Identifier: MIT
/// How far a run of `probe` is, on stderr, while that is a terminal.
#pragma once

#include "console.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace sockscat::cli {

/// "probing  [=====>              ] 312/1000, 12 usable  0:03"
std::string progress_text(
    std::size_t done, std::size_t count, std::size_t usable, std::chrono::seconds since);

/// "probing  127.0.0.1:9050: CONNECT  0:03"
std::string progress_text(
    std::string_view proxy, std::string_view topic, std::chrono::seconds since);

/// Of one proxy it shows what is waited for, once that takes a while. Nothing if stderr is no
/// terminal.
class progress_bar {
  public:
    progress_bar(console& out, std::size_t count, const asio::any_io_executor& executor);

    void start();
    void stop();
    void finished(bool usable);
    /// What the only proxy is asked about.
    void asks(std::string_view proxy, std::string_view topic);
    /// Before something is written to the same terminal.
    void hide();

  private:
    void tick();
    void wait();
    [[nodiscard]] std::string text() const;

    console& out_;
    std::size_t count_;
    bool is_wanted_;
    asio::steady_timer timer_;
    std::chrono::steady_clock::time_point began_{std::chrono::steady_clock::now()};
    std::size_t done_{0};
    std::size_t usable_{0};
    bool is_shown_{false};
    std::string proxy_;
    std::string topic_;
};

} // namespace sockscat::cli
