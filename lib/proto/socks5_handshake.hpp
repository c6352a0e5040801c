// SPDX-License-Identifier: MIT
/// SOCKS5: method selection, what the chosen method has to say, request and reply, or two replies
/// to BIND (RFC 1928, RFC 1929, RFC 1961, CHAP; README.md sections 3 to 7).
#pragma once

#include "exchange.hpp"
#include "handshake.hpp"
#include "proto/auth/sub_negotiation.hpp"

#include <memory>

namespace sockscat::proto {

class socks5_handshake final : public exchange {
  public:
    /// `request` has been checked by make_handshake(); its views are used until the end.
    explicit socks5_handshake(const handshake_request& request);

    [[nodiscard]] std::shared_ptr<security_context> security() const override;
    [[nodiscard]] protection_level protection() const override;

  private:
    enum class state : std::uint8_t { selection, status, negotiation, reply };

    [[nodiscard]] message_kind awaited() const override;
    void on_sent() override;
    void on_secured() override;
    void on_advanced(context_progress progress) override;
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
    [[nodiscard]] bool is_foreign(socks5::method chosen) const;
    void log_in();
    void negotiate(std::unique_ptr<sub_negotiation> by);
    void follow(negotiation_turn turn);
    void authenticated();

    handshake_request request_;
    state state_{state::selection};
    socks5::method chosen_{socks5::method::none};
    std::unique_ptr<sub_negotiation> negotiation_; // of CHAP and GSSAPI
};

} // namespace sockscat::proto
