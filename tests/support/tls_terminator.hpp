// SPDX-License-Identifier: MIT
/// What stands in front of a server that speaks no TLS itself.
#pragma once

#include "io.hpp"
#include "tls_peer.hpp"

#include <atomic>

namespace sockscat::tests {

/// A thread that takes TLS off `outside` and hands the bytes to `inside`, and back; ends of streams
/// are passed on. It keeps as much as it must: no two ends ever wait for each other.
class tls_terminator {
  public:
    /// Makes the handshake first.
    tls_terminator(unique_fd outside, tls_server_wish wish, unique_fd inside);
    /// The handshake has been made.
    tls_terminator(unique_fd outside, tls_server server, unique_fd inside);
    ~tls_terminator();
    tls_terminator(const tls_terminator&) = delete;
    tls_terminator& operator=(const tls_terminator&) = delete;

    /// Closes both sides at once, without a word.
    void cut();
    /// SNI, once there was a handshake; and why there was none.
    [[nodiscard]] std::string server_name() const;
    [[nodiscard]] std::string problem() const;
    void finish();

  private:
    struct state;
    void start(bool handshakes);
    std::shared_ptr<state> state_;
    std::unique_ptr<background> thread_;
};

/// A thread that moves bytes between two descriptors until it is stopped.
class wire {
  public:
    wire(int one, int other);
    ~wire() { stop(); }
    wire(const wire&) = delete;
    wire& operator=(const wire&) = delete;
    /// When it returns, everything that was there has been moved.
    void stop();

  private:
    std::atomic<bool> stopped_{false};
    std::unique_ptr<background> thread_;
};

/// What one read gets.
bytes read_some(int fd);

} // namespace sockscat::tests
