// SPDX-License-Identifier: MIT
/// CHAP as a client: who we are, the proxy's challenge, our response, its verdict.
#pragma once

#include "chap.hpp"
#include "sub_negotiation.hpp"

#include <optional>
#include <string_view>

namespace sockscat::proto {

/// The most challenges that are answered.
inline constexpr int max_chap_rounds = 4;

class chap_negotiation final : public sub_negotiation {
  public:
    /// The views are borrowed until it ends.
    chap_negotiation(std::string_view user, std::string_view password, chap::hmac_function hmac)
        : user_{user}, password_{password}, hmac_{hmac} {}

    [[nodiscard]] message_kind kind() const override { return message_kind::chap_message; }
    negotiation_turn begin(base::message_buffer& out) override;
    negotiation_turn sent() override;
    negotiation_turn received(base::byte_view message, base::message_buffer& out) override;

  private:
    negotiation_turn judge(base::byte_view frame, base::message_buffer& out);
    negotiation_turn judge_rest(
        const std::optional<base::byte_view>& status,
        const std::optional<base::byte_view>& challenge,
        base::message_buffer& out);
    negotiation_turn judge_status(base::byte_view status) const;
    negotiation_turn answer(base::byte_view challenge, base::message_buffer& out);

    std::string_view user_;
    std::string_view password_;
    chap::hmac_function hmac_;
    std::size_t bytes_{0}; // of the messages before
    int messages_{0};
    int rounds_{0};
};

} // namespace sockscat::proto
