// SPDX-License-Identifier: MIT
#include "socks4_handshake.hpp"

#include "socks4.hpp"

#include <sockscat/text.hpp>

#include <utility>

namespace sockscat::proto {
namespace {

socks4::command wire_command(request_command command) {
    switch (command) {
    case request_command::bind:
        return socks4::command::bind;
    case request_command::resolve:
        return socks4::command::resolve;
    default:
        return socks4::command::connect;
    }
}

std::string refusal_text(const std::error_code& reply, const std::string& target) {
    if (reply == socks4_reply::rejected)
        return "the proxy rejected " + target + " or failed to reach it";
    return reply.message() + ": " + target;
}

error refusal(std::uint8_t code, phase at, const std::string& target) {
    const std::error_code reply{code, socks4_reply_category()};
    const bool identity =
        reply == socks4_reply::identd_unreachable || reply == socks4_reply::identd_mismatch;
    error why{
        identity ? failure::credentials : failure::refused, at,
        refusal_text(reply, target) + " (CD " + hex_byte(code) + ")"};
    why.code = reply;
    return why;
}

} // namespace

socks4_handshake::socks4_handshake(const handshake_request& request)
    : exchange{socks4::max_request}, destination_{request.destination}, command_{request.command} {
    enter(phase::request);
    socks4::encode_request(out(), wire_command(command_), request.destination, request.user);
    mark_message(message_kind::socks4_request);
    begin_send();
}

void socks4_handshake::on_sent() {
    expect(socks4::reply_size);
}

void socks4_handshake::on_await_peer() {
    expect(socks4::reply_size);
}

void socks4_handshake::on_bytes() {
    const base::byte_view got = inbox();
    // VN of a reply is 0. Some servers (srelay) put 4 there.
    if (got[0] != 0x00 && got[0] != socks4::version) {
        examine_stranger();
        return;
    }
    if (got.size() < 2)
        return;
    if (got[1] != socks4_reply::granted) {
        expect_optional(socks4::reply_size);
        return;
    }
    if (!is_whole())
        return;
    complete(message_kind::socks4_reply);
    note_version();
    address bound = socks4::decode_reply(got)->bound;
    if (command_ == request_command::bind && at() == phase::request)
        announce(std::move(bound));
    else
        finish(std::move(bound));
}

void socks4_handshake::note_version() {
    if (inbox()[0] == socks4::version)
        note("its reply has VN 4, not 0");
}

void socks4_handshake::on_last_bytes() {
    const base::byte_view got = inbox();
    complete(message_kind::socks4_reply);
    note_version();
    if (got.size() < socks4::reply_size)
        note("its error reply has only " + std::to_string(got.size()) + " of 8 bytes");
    fail(refusal(
        got[1], at(),
        is_lookup(command_) ? to_string(destination_.host) : to_string(destination_)));
}

} // namespace sockscat::proto
