// SPDX-License-Identifier: MIT
#include "sub_negotiation.hpp"

#include <stdexcept>

namespace sockscat::proto {
namespace {

negotiation_turn failed(failure what, message_kind kind, std::string why) {
    negotiation_turn turn{error{what, phase::auth, std::move(why)}};
    turn.completes = kind;
    return turn;
}

} // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): who overrides it keeps the value
negotiation_turn sub_negotiation::advanced(context_progress, base::message_buffer&) {
    throw std::logic_error{"no security context was to be advanced"};
}

negotiation_turn sub_negotiation::read(std::size_t bytes, bool is_whole) {
    negotiation_turn turn{negotiation_turn::action::read};
    turn.bytes = bytes;
    turn.is_whole = is_whole;
    return turn;
}

negotiation_turn sub_negotiation::broken(message_kind kind, std::string why) {
    return failed(failure::protocol, kind, std::move(why));
}

negotiation_turn sub_negotiation::rejected(message_kind kind, std::string why) {
    return failed(failure::credentials, kind, std::move(why));
}

} // namespace sockscat::proto
