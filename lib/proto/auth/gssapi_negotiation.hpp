// SPDX-License-Identifier: MIT
/// GSSAPI as a client: tokens until the context is established, then the protection of what follows
/// (RFC 1961 sections 3 and 4).
#pragma once

#include "gssapi_frame.hpp"
#include "security_context.hpp"
#include "sub_negotiation.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace sockscat::proto {

class gssapi_negotiation final : public sub_negotiation {
  public:
    /// `least`: nothing below it is accepted. `asked`: the level to ask for; nothing: the strongest
    /// that the context has.
    gssapi_negotiation(
        std::shared_ptr<security_context> context,
        protection_level least,
        std::optional<protection_level> asked);

    [[nodiscard]] message_kind kind() const override { return message_kind::gssapi_message; }
    negotiation_turn begin(base::message_buffer& out) override;
    negotiation_turn sent() override;
    negotiation_turn received(base::byte_view message, base::message_buffer& out) override;
    negotiation_turn advanced(context_progress progress, base::message_buffer& out) override;
    [[nodiscard]] protection_level protection() const override { return level_; }

  private:
    enum class state : std::uint8_t {
        establishing, // the context needs a token of the proxy
        established,  // it needs none, but the proxy has not yet confirmed
        agreeing,     // on the protection
    };

    [[nodiscard]] gssapi::message_type expected() const;
    negotiation_turn take_frame(base::byte_view token, base::message_buffer& out);
    negotiation_turn ask_for_protection(base::message_buffer& out);
    negotiation_turn judge_protection(base::byte_view token);

    std::shared_ptr<security_context> context_;
    protection_level least_;
    std::optional<protection_level> asked_;
    protection_level level_{protection_level::none};
    state state_{state::establishing};
    std::vector<std::uint8_t> token_; // of the proxy, for the context
    std::size_t bytes_{0};            // of the frames before
    int messages_{0};
};

/// The word for a level.
std::string_view to_string(protection_level level);

} // namespace sockscat::proto
