// SPDX-License-Identifier: MIT
/// Waiting where no event loop runs, so that a signal can end it.
#pragma once

#include <sockscat/error.hpp>

#include <chrono>
#include <string>

namespace sockscat::cli {

/// Waits until `fd` has one of the poll(2) `events`, or for `limit` if that is not negative; an
/// `fd` of -1 never has one. False if `interrupt_fd` (-1: never) became readable first.
[[nodiscard]] bool wait_uninterrupted(
    int fd,
    short events,
    int interrupt_fd,
    std::chrono::milliseconds limit = std::chrono::milliseconds{-1});

/// failure::usage with the code interrupted: the run ends as the signal says.
error interrupted(std::string cause);

} // namespace sockscat::cli
