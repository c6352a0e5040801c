// SPDX-License-Identifier: MIT
/// Texts that are finished in any order and written to stdout in theirs.
#pragma once

#include <sockscat/local_end.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <system_error>

namespace sockscat::cli {

class ordered_output {
  public:
    /// No more than `most_waiting` texts wait for those before them. `output` is borrowed.
    ordered_output(
        const local_end& output, std::size_t most_waiting, const asio::any_io_executor& executor);

    /// Takes text number `index` and writes all whose turn has come. Returns when there is room for
    /// more; false if stdout takes nothing any more.
    asio::awaitable<bool> put(std::size_t index, std::string text);

    /// Writes what is finished, in order, whatever is missing in between; for the end of an
    /// interrupted run. Gives up when nobody takes anything for a moment.
    void write_rest();

    /// Why stdout takes nothing any more; nothing if it does. broken_pipe: nobody reads.
    [[nodiscard]] std::error_code failure() const { return failure_; }

  private:
    asio::awaitable<void> write_out();
    bool write_some();
    void take_turns();

    const local_end& output_;
    std::size_t most_waiting_;
    asio::steady_timer room_;
    std::deque<std::optional<std::string>> waiting_; // [0] is number next_
    std::size_t next_{0};
    std::string due_; // not yet written
    bool writing_{false};
    std::error_code failure_;
};

} // namespace sockscat::cli
