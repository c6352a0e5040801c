// SPDX-License-Identifier: MIT
/// Waiting for a few descriptors.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <poll.h>

namespace sockscat::net {

/// poll(2) for the same few entries again and again. Waiting for the same events many times in a
/// row, as in a conversation, costs less where the system can remember them (epoll(7)).
class repeated_poll {
  public:
    static constexpr std::size_t size = 4;
    using entries = std::array<pollfd, size>;

    repeated_poll() = default;
    repeated_poll(const repeated_poll&) = delete;
    repeated_poll& operator=(const repeated_poll&) = delete;
    ~repeated_poll(); // NOLINT(performance-trivially-destructible): of waiting_portable.cpp alone

    /// As poll(2): entries without a descriptor have -1; all revents are set, to 0 if it failed.
    void wait(entries& wanted, int timeout_ms);

  private:
    [[nodiscard]] bool is_repeated(const entries& wanted);
    void remember(const entries& wanted);
    void forget();

    entries last_{};
    int times_{0};
    int epoll_{-1}; // for last_, once it was needed often enough
};

} // namespace sockscat::net
