// SPDX-License-Identifier: MIT
// What the chosen method has to say, up to the request.
#include "socks5_handshake.hpp"

#include "proto/auth/chap_negotiation.hpp"
#include "proto/auth/gssapi_negotiation.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::proto {

using socks5::method;

void socks5_handshake::method_chosen(method chosen) {
    chosen_ = chosen;
    if (is_foreign(chosen))
        return begin_authentication(static_cast<std::uint8_t>(chosen));
    switch (chosen) {
    case method::password:
        return log_in();
    case method::chap:
        return negotiate(
            std::make_unique<chap_negotiation>(request_.user, request_.password, request_.hmac));
    case method::gssapi:
        return negotiate(std::make_unique<gssapi_negotiation>(
            request_.security, request_.least_protection, request_.wanted_protection));
    case method::gost_tls:
    case method::gost_tls_password:
        return begin_tls();
    default:
        return authenticated();
    }
}

bool socks5_handshake::is_foreign(method chosen) const {
    const auto& foreign = request_.foreign_methods;
    return std::find(foreign.begin(), foreign.end(), chosen) != foreign.end();
}

void socks5_handshake::on_secured() {
    if (chosen_ == method::gost_tls_password && !is_foreign(chosen_))
        log_in();
    else
        authenticated();
}

void socks5_handshake::log_in() {
    enter(phase::auth);
    if (request_.pipeline) {
        await(state::status);
        return;
    }
    write_userpass();
    begin_send();
}

void socks5_handshake::negotiate(std::unique_ptr<sub_negotiation> by) {
    enter(phase::auth);
    negotiation_ = std::move(by);
    state_ = state::negotiation;
    begin_message();
    follow(negotiation_->begin(out()));
}

// Does what the sub-negotiation asks for.
void socks5_handshake::follow(negotiation_turn turn) {
    if (turn.completes == message_kind::foreign)
        return examine_text(std::move(turn.why));
    if (turn.completes) {
        complete(*turn.completes);
        begin_message();
    }
    if (!turn.note.empty())
        note(std::move(turn.note));
    switch (turn.what) {
    case negotiation_turn::action::send:
        mark_message(negotiation_->kind());
        return begin_send();
    case negotiation_turn::action::read:
        return turn.is_whole ? expect(turn.bytes) : expect_beginning(turn.bytes, turn.bytes);
    case negotiation_turn::action::advance:
        return begin_advance(turn.token);
    case negotiation_turn::action::protect:
        return begin_protection();
    case negotiation_turn::action::done:
        return authenticated();
    case negotiation_turn::action::failed:
        return fail(std::move(turn.why));
    }
}

void socks5_handshake::on_advanced(context_progress progress) {
    follow(negotiation_->advanced(std::move(progress), out()));
}

std::shared_ptr<security_context> socks5_handshake::security() const {
    return request_.security;
}

protection_level socks5_handshake::protection() const {
    return negotiation_ ? negotiation_->protection() : protection_level::none;
}

void socks5_handshake::write_userpass() {
    socks5::encode_userpass(out(), request_.user, request_.password);
    mark_message(message_kind::userpass_request, true);
}

// VER STATUS (RFC 1929 section 2).
void socks5_handshake::judge_status() {
    const base::byte_view got = inbox();
    // Many servers answer with the version of SOCKS instead of the sub-negotiation's.
    const bool bent = got[0] == socks5::version;
    if (got[0] != socks5::userpass_version && !bent) {
        examine_text(
            {failure::protocol, phase::auth,
             "its reply to user name and password begins with 0x" + hex_byte(got[0]) +
                 ", not 0x01"});
        return;
    }
    if (!is_whole())
        return;
    complete(message_kind::userpass_status);
    if (bent)
        note("its reply to user name and password has VER 5, not 1");
    if (got[1] != 0) {
        fail(
            {failure::credentials, phase::auth,
             "user name or password rejected (status 0x" + hex_byte(got[1]) + ")"});
        return;
    }
    authenticated();
}

} // namespace sockscat::proto
