// SPDX-License-Identifier: MIT
/// --trace and --trace-file: handshake messages byte by byte, on stderr, in a file, or both.
#pragma once

#include "console.hpp"

#include <sockscat/trace.hpp>

#include <chrono>
#include <string_view>

namespace sockscat::cli {

class trace_writer {
  public:
    /// `file`: an open descriptor, borrowed, or -1; `on_console`: also write to `out`.
    trace_writer(console& out, bool on_console, int file);

    [[nodiscard]] bool is_on() const { return on_console_ || file_ != -1; }
    void message(std::string_view hop, const traced_message& message);
    /// A line without bytes. `mark`: "tcp", "***", ...
    void event(std::string_view mark, std::string_view text);

  private:
    [[nodiscard]] std::string stamp(std::string_view mark) const;
    void write(const std::string& text);

    console& out_;
    bool on_console_;
    int file_;
    std::string last_hop_;
    std::chrono::steady_clock::time_point start_{std::chrono::steady_clock::now()};
};

} // namespace sockscat::cli
