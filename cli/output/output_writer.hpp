// SPDX-License-Identifier: MIT
/// The one way to standard output, for all but the relay: what is to be written, and how far it is.
#pragma once

#include <sockscat/error.hpp>
#include <sockscat/local_end.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sockscat::cli {

class output_writer {
  public:
    /// Borrows `output`.
    explicit output_writer(const local_end& output) : output_{output} {}

    /// Nothing is written yet.
    void add(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
    /// For those who append themselves.
    [[nodiscard]] std::vector<std::uint8_t>& pending() { return bytes_; }
    [[nodiscard]] bool is_empty() const { return written_ == bytes_.size(); }

    /// Writes what the output takes without waiting; for a poll loop.
    void write_now();
    /// Writes everything, waiting for a reader without blocking the thread. One coroutine at a time
    /// writes; for the others it returns immediately.
    asio::awaitable<void> write();
    /// Writes everything and blocks; gives up when nothing is taken for `limit`, if it
    /// is not negative.
    void write_blocking(std::chrono::milliseconds limit);

    /// No one reads any more.
    [[nodiscard]] bool is_closed() const { return closed_; }
    /// Why writing failed otherwise.
    [[nodiscard]] const std::optional<error>& failed() const { return failed_; }
    [[nodiscard]] bool is_broken() const { return closed_ || failed_; }
    [[nodiscard]] int fd() const { return output_.fd(); }

  private:
    [[nodiscard]] bool has_work() const { return !is_empty() && !is_broken(); }

    const local_end& output_;
    std::vector<std::uint8_t> bytes_;
    std::size_t written_{0}; // of bytes_
    bool writing_{false};
    bool closed_{false};
    std::optional<error> failed_;
};

} // namespace sockscat::cli
