// SPDX-License-Identifier: MIT
/// SOCKS4 and SOCKS4a: one request, and one reply to CONNECT, two to BIND (README.md sections 2
/// and 6).
#pragma once

#include "exchange.hpp"
#include "handshake.hpp"

namespace sockscat::proto {

class socks4_handshake final : public exchange {
  public:
    /// `request` has been checked by make_handshake().
    explicit socks4_handshake(const handshake_request& request);

  private:
    [[nodiscard]] message_kind awaited() const override { return message_kind::socks4_reply; }
    void on_sent() override;
    void on_await_peer() override;
    void on_bytes() override;
    void on_last_bytes() override;

    void note_version();

    address destination_;
    request_command command_;
};

} // namespace sockscat::proto
