// SPDX-License-Identifier: MIT
/// CONNECT over SOCKS4 and SOCKS4a: one request, one reply (protocol.md sections 2 and 3).
#pragma once

#include "exchange.hpp"
#include "handshake.hpp"

namespace sockscat::proto {

class socks4_handshake final : public exchange {
  public:
    /// `request` has been checked by make_handshake().
    explicit socks4_handshake(const handshake_request& request);

  private:
    void on_sent() override;
    void on_bytes() override;
    void on_last_bytes() override;

    void note_version();

    address destination_;
};

} // namespace sockscat::proto
