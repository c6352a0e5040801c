// SPDX-License-Identifier: MIT
/// Lines on stdout from several coroutines of one thread.
#pragma once

#include <sockscat/error.hpp>
#include <sockscat/local_end.hpp>

#include <asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sockscat::cli {

class line_writer {
  public:
    /// Borrows `output`.
    explicit line_writer(const local_end& output) : output_{output} {}

    /// Nothing is written yet; the LF is added.
    void add(std::string_view line) { (lines_ += line) += '\n'; }
    /// Writes all lines, waiting for a reader without blocking the thread. One caller at a time
    /// writes; for the others it returns at once.
    asio::awaitable<void> write();

    /// Nobody reads any more.
    [[nodiscard]] bool is_closed() const { return closed_; }
    /// Why writing failed otherwise.
    [[nodiscard]] const std::optional<error>& failed() const { return failed_; }
    [[nodiscard]] bool is_broken() const { return closed_ || failed_; }

  private:
    bool write_some();

    const local_end& output_;
    std::string lines_; // not yet written
    bool writing_{false};
    bool closed_{false};
    std::optional<error> failed_;
};

} // namespace sockscat::cli
