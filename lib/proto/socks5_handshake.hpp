// SPDX-License-Identifier: MIT
/// SOCKS5: method selection, user name/password if it is chosen, request and reply, or two replies
/// to BIND (RFC 1928, RFC 1929; protocol.md sections 4 to 7).
#pragma once

#include "exchange.hpp"
#include "handshake.hpp"

namespace sockscat::proto {

class socks5_handshake final : public exchange {
  public:
    /// `request` has been checked by make_handshake(); its views are used until the end.
    explicit socks5_handshake(const handshake_request& request);

  private:
    enum class state : std::uint8_t { selection, status, reply };

    void on_sent() override;
    void on_secured() override;
    void on_await_peer() override;
    void on_bytes() override;
    bool extends_optional() override;
    void on_last_bytes() override;

    void write_userpass();
    void write_request();
    void await(state next);

    void judge_selection();
    void judge_status();
    void judge_reply();
    void method_chosen(socks5::method chosen);
    void log_in();
    void authenticated();

    handshake_request request_;
    state state_{state::selection};
    socks5::method chosen_{socks5::method::none};
};

} // namespace sockscat::proto
