// SPDX-License-Identifier: MIT
#include "gssapi_negotiation.hpp"

#include <sockscat/text.hpp>

#include <utility>

namespace sockscat::proto {
namespace {

using gssapi::message_type;
using gssapi::verdict;
using action = negotiation_turn::action;

// Distinct, because asking for less protection helps.
const std::error_code too_weak = std::make_error_code(std::errc::not_supported);

} // namespace

std::string_view to_string(protection_level level) {
    switch (level) {
    case protection_level::none:
        return "none";
    case protection_level::integrity:
        return "integrity";
    case protection_level::confidentiality:
        break;
    }
    return "confidentiality";
}

gssapi_negotiation::gssapi_negotiation(
    std::shared_ptr<security_context> context,
    protection_level least,
    std::optional<protection_level> asked)
    : context_{std::move(context)}, least_{least}, asked_{asked} {}

negotiation_turn gssapi_negotiation::begin(base::message_buffer&) {
    return action::advance;
}

negotiation_turn gssapi_negotiation::sent() {
    return read(gssapi::type_size, false);
}

message_type gssapi_negotiation::expected() const {
    return state_ == state::agreeing ? message_type::protection : message_type::token;
}

negotiation_turn gssapi_negotiation::received(base::byte_view message, base::message_buffer& out) {
    const gssapi::extent size = gssapi::measure(message, expected());
    switch (size.what) {
    case verdict::bad_version:
        return broken(
            message_kind::foreign,
            "its GSSAPI message begins with 0x" + hex_byte(message[0]) + ", not 0x01");
    case verdict::bad_type:
        return broken(
            kind(), "its GSSAPI message is of type 0x" + hex_byte(message[1]) + ", not 0x" +
                        hex_byte(static_cast<std::uint8_t>(expected())));
    case verdict::aborted:
        return rejected(kind(), "rejected by the proxy (GSSAPI abort)");
    case verdict::unfinished:
        if (bytes_ + size.bytes > max_negotiation_bytes)
            return broken(kind(), "it sent more than 256 KiB of GSSAPI tokens");
        return read(size.bytes, size.is_sized);
    case verdict::whole:
        break;
    }
    bytes_ += size.bytes;
    ++messages_;
    negotiation_turn next = take_frame(message.subspan(gssapi::header_size), out);
    next.completes = kind();
    return next;
}

negotiation_turn gssapi_negotiation::take_frame(base::byte_view token, base::message_buffer& out) {
    if (state_ == state::agreeing)
        return judge_protection(token);
    if (state_ == state::established) {
        if (!token.empty())
            return broken(kind(), "it sent a GSSAPI token after the login was complete");
        return ask_for_protection(out);
    }
    if (token.empty())
        return broken(kind(), "it ended the GSSAPI exchange too early");
    if (messages_ >= max_negotiation_messages)
        return broken(kind(), "the GSSAPI exchange does not end");
    token_.assign(token.begin(), token.end());
    negotiation_turn next{action::advance};
    next.token = token_;
    return next;
}

negotiation_turn gssapi_negotiation::advanced(
    context_progress progress, base::message_buffer& out) {
    if (progress.failed) {
        error why = std::move(*progress.failed);
        why.at = phase::auth;
        return why;
    }
    if (progress.token.size() > gssapi::max_token)
        return error{failure::credentials, phase::auth, "the GSSAPI token is over 65535 bytes"};
    if (progress.complete)
        state_ = state::established;
    if (!progress.token.empty()) {
        gssapi::encode(out, message_type::token, progress.token);
        return action::send;
    }
    if (!progress.complete)
        return error{failure::protocol, phase::auth, "the GSSAPI exchange has stalled"};
    return ask_for_protection(out);
}

// RFC 1961 section 4: one byte, wrapped without confidentiality.
negotiation_turn gssapi_negotiation::ask_for_protection(base::message_buffer& out) {
    const bool can_hide = context_->has_confidentiality();
    const auto strongest =
        can_hide ? protection_level::confidentiality : protection_level::integrity;
    const protection_level wanted = asked_.value_or(strongest);
    if (wanted > strongest) {
        error why{
            failure::protocol, phase::auth,
            "this GSSAPI context cannot keep messages confidential"};
        why.code = too_weak;
        return why;
    }
    const std::uint8_t byte[] = {static_cast<std::uint8_t>(wanted)};
    const auto token = context_->wrap(byte, false);
    if (!token || token->size() > gssapi::max_token)
        return error{failure::protocol, phase::auth, "GSSAPI cannot wrap a message"};
    state_ = state::agreeing;
    gssapi::encode(out, message_type::protection, *token);
    return action::send;
}

negotiation_turn gssapi_negotiation::judge_protection(base::byte_view token) {
    const auto plain = context_->unwrap(token, false);
    if (!plain)
        return broken(kind(), "its choice of GSSAPI protection cannot be unwrapped");
    if (plain->size() != 1)
        return broken(
            kind(), "its choice of GSSAPI protection has " + std::to_string(plain->size()) +
                        " bytes, not 1");
    const std::uint8_t chosen = plain->front();
    if (chosen > static_cast<std::uint8_t>(protection_level::confidentiality))
        return broken(kind(), "it chose the GSSAPI protection 0x" + hex_byte(chosen));
    level_ = static_cast<protection_level>(chosen);
    const std::string choice = "it chose the GSSAPI protection " + std::string{to_string(level_)};
    if (level_ < least_) {
        auto turn =
            broken(kind(), choice + ", but " + std::string{to_string(least_)} + " is required");
        turn.why.code = too_weak;
        return turn;
    }
    if (level_ == protection_level::confidentiality && !context_->has_confidentiality())
        return broken(kind(), choice + ", which this context does not have");
    negotiation_turn next{level_ == protection_level::none ? action::done : action::protect};
    next.note = "GSSAPI protection: " + std::string{to_string(level_)};
    return next;
}

} // namespace sockscat::proto
