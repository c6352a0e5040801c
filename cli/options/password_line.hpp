// SPDX-License-Identifier: MIT
/// One line that is a password, read so that no more than it is taken and nothing of it stays.
#pragma once

#include <sockscat/credentials.hpp>
#include <sockscat/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {

/// Closes what it has.
class file_descriptor {
  public:
    explicit file_descriptor(int fd) : fd_{fd} {}
    file_descriptor(const file_descriptor&) = delete;
    file_descriptor& operator=(const file_descriptor&) = delete;
    ~file_descriptor() { reset(); }
    void reset() {
        if (fd_ >= 0)
            ::close(std::exchange(fd_, -1));
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

/// What errno says.
std::string errno_text();

/// What ends the wait for a password.
struct reading_limits {
    /// When it becomes readable; -1: never. The error is failure::usage with the code interrupted.
    int interrupt_fd{-1};
    /// failure::timeout; nothing: no limit.
    std::optional<std::chrono::steady_clock::time_point> end{};
};

/// Reads byte by byte: what follows the line belongs to another reader. `source` is for messages.
/// `needs_line`: an end of input is not an empty password, but a person who did not answer.
result<secret> read_password_line(
    int fd, const std::string& source, const reading_limits& limits, bool needs_line = false);

} // namespace sockscat::cli
