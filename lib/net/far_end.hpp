// SPDX-License-Identifier: MIT
/// The tunnel's end of a relay: a connected socket that is never waited for inside a call.
#pragma once

#include <sockscat/stream.hpp>

#include <chrono>
#include <cstdint>
#include <span>

namespace sockscat::net {

/// Borrows the socket.
class far_end {
  public:
    explicit far_end(int socket) : fd_{socket} {}

    /// Up to buffer.size() bytes. EAGAIN: nothing there. 0 without a code: the stream has ended.
    io_result receive(std::span<std::uint8_t> buffer) const;
    /// A part of `bytes`. EAGAIN: nothing went out.
    io_result send(std::span<const std::uint8_t> bytes) const;
    void shut_down_sending() const;
    /// The kernel's estimate of a round trip to the proxy; 0 if it has none.
    [[nodiscard]] std::chrono::microseconds round_trip() const;
    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_;
};

} // namespace sockscat::net
