// SPDX-License-Identifier: MIT
/// Waiting where no event loop runs, so that a signal can end it.
#pragma once

#include <sockscat/error.hpp>

#include <chrono>
#include <string>
#include <sys/types.h>

namespace sockscat::cli {

/// What ended a wait.
enum class waited { ready, timed_out, interrupted };

/// Waits until `fd` has one of the poll(2) `events`, or for `limit` if that is not negative; an
/// `fd` of -1 never has one. `interrupt_fd` (-1: never) interrupts when it is readable.
[[nodiscard]] waited wait_for(
    int fd, short events, int interrupt_fd, std::chrono::milliseconds limit);

/// The same where the limit does not matter. False if it was interrupted.
[[nodiscard]] bool wait_uninterrupted(
    int fd,
    short events,
    int interrupt_fd,
    std::chrono::milliseconds limit = std::chrono::milliseconds{-1});

/// open(2), once more where it was interrupted.
[[nodiscard]] int open_uninterrupted(const std::string& path, int flags, mode_t mode = 0);

/// failure::usage with the code interrupted: the run ends as the signal says.
error interrupted(std::string cause);

} // namespace sockscat::cli
