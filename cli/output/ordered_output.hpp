// SPDX-License-Identifier: MIT
/// Results that are finished in any order, and written to standard output in theirs.
#pragma once

#include "output_writer.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace sockscat::cli {

template <class Result>
class ordered_output {
  public:
    /// The text of result number `index`, made when its turn has come.
    using text_maker = std::function<std::string(std::size_t index, const Result& value)>;

    /// No more than `most_waiting` results wait for those before them. `output` is borrowed.
    ordered_output(
        const local_end& output,
        text_maker text_of,
        const asio::any_io_executor& executor,
        std::size_t most_waiting = SIZE_MAX)
        : out_{output}, text_of_{std::move(text_of)},
          most_waiting_{most_waiting}, room_{executor, asio::steady_timer::time_point::max()} {}

    /// Takes result number `index`, which was not put before or still waits, and writes all whose
    /// turn has come. Returns when there is room for more; false if the output is broken.
    asio::awaitable<bool> put(std::size_t index, Result value) {
        const std::size_t place = index - next_;
        if (waiting_.size() <= place)
            waiting_.resize(place + 1);
        waiting_[place].emplace(std::move(value));
        if (add_due() || out_.is_broken())
            room_.cancel();
        co_await out_.write();
        if (out_.is_broken())
            room_.cancel();
        while (!out_.is_broken() && index >= next_ && index - next_ >= most_waiting_)
            co_await wait_for_room();
        co_return !out_.is_broken();
    }

    /// Writes what is finished, in order, whatever is missing in between; for the end of an
    /// interrupted run. Gives up when nothing is taken for a moment.
    void write_rest() {
        for (std::size_t i = 0; i < waiting_.size(); ++i)
            if (waiting_[i])
                out_.add(text_of_(next_ + i, *waiting_[i]));
        waiting_.clear();
        out_.write_blocking(std::chrono::milliseconds{200});
    }

    /// Says whether and why the output is broken.
    [[nodiscard]] const output_writer& writer() const { return out_; }

  private:
    // True if something was due.
    bool add_due() {
        const std::size_t before = next_;
        for (; !waiting_.empty() && waiting_.front(); ++next_) {
            out_.add(text_of_(next_, *waiting_.front()));
            waiting_.pop_front();
        }
        return next_ != before;
    }

    asio::awaitable<void> wait_for_room() {
        try {
            co_await room_.async_wait(asio::use_awaitable);
        } catch (const std::system_error&) { // cancelled: look again
            co_return;
        }
    }

    output_writer out_;
    text_maker text_of_;
    std::size_t most_waiting_;
    asio::steady_timer room_;
    std::deque<std::optional<Result>> waiting_; // [0] is number next_
    std::size_t next_{0};
};

} // namespace sockscat::cli
