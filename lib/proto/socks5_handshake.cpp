// SPDX-License-Identifier: MIT
#include "socks5_handshake.hpp"

#include "proto/auth/gssapi_frame.hpp"
#include "socks5_refusal.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <system_error>

namespace sockscat::proto {
namespace {

using socks5::method;

// What an error reply has in practice, whatever its ATYP says.
constexpr std::size_t common_reply_size = 10;
constexpr std::size_t out_limit = socks5::max_greeting + socks5::max_userpass + socks5::max_request;

// Only a GSSAPI token may be larger than all the rest.
std::size_t out_limit_of(const handshake_request& request) {
    return request.security ? std::max(out_limit, gssapi::max_frame) : out_limit;
}

socks5::command wire_command(request_command command) {
    switch (command) {
    case request_command::bind:
        return socks5::command::bind;
    case request_command::udp_associate:
        return socks5::command::udp_associate;
    case request_command::resolve:
        return socks5::command::resolve;
    case request_command::resolve_ptr:
        return socks5::command::resolve_ptr;
    case request_command::connect:
        break;
    }
    return socks5::command::connect;
}

std::string named(method value) {
    const auto byte = static_cast<std::uint8_t>(value);
    return "0x" + hex_byte(byte) + " " + std::string{socks5::method_name(byte)};
}

std::string list_methods(const std::vector<method>& methods) {
    std::string list;
    for (const method offered : methods) {
        const auto byte = static_cast<std::uint8_t>(offered);
        list.append(list.empty() ? "" : ", ")
            .append(offered == method::none ? "no authentication" : socks5::method_name(byte));
    }
    return list;
}

} // namespace

socks5_handshake::socks5_handshake(const handshake_request& request)
    : exchange{out_limit_of(request)}, request_{request} {
    enter(phase::method);
    socks5::encode_greeting(out(), request_.methods);
    mark_message(message_kind::socks5_greeting);
    if (request_.pipeline) {
        if (request_.methods.front() == method::password)
            write_userpass();
        write_request();
    }
    begin_send();
}

void socks5_handshake::write_request() {
    socks5::encode_request(out(), wire_command(request_.command), request_.destination);
    mark_message(message_kind::socks5_request);
}

void socks5_handshake::await(state next) {
    state_ = next;
    begin_message();
    if (next == state::reply)
        expect_beginning(socks5::reply_prefix, socks5::shortest_reply);
    else if (next == state::status)
        expect(socks5::userpass_status_size);
    else
        expect(socks5::method_selection_size);
}

message_kind socks5_handshake::awaited() const {
    switch (state_) {
    case state::selection:
        return message_kind::socks5_method_selection;
    case state::status:
        return message_kind::userpass_status;
    case state::negotiation:
        return negotiation_->kind();
    case state::reply:
        break;
    }
    return message_kind::socks5_reply;
}

void socks5_handshake::on_sent() {
    switch (at()) {
    case phase::auth:
        if (negotiation_)
            return follow(negotiation_->sent());
        await(state::status);
        break;
    case phase::request:
        await(state::reply);
        break;
    default:
        await(state::selection);
        break;
    }
}

void socks5_handshake::on_await_peer() {
    await(state::reply);
}

void socks5_handshake::on_bytes() {
    switch (state_) {
    case state::selection:
        judge_selection();
        break;
    case state::status:
        judge_status();
        break;
    case state::negotiation:
        follow(negotiation_->received(inbox(), out()));
        break;
    case state::reply:
        judge_reply();
        break;
    }
}

// VER METHOD (RFC 1928 section 3).
void socks5_handshake::judge_selection() {
    const base::byte_view got = inbox();
    if (got[0] != socks5::version) {
        examine_stranger();
        return;
    }
    if (!is_whole())
        return;
    complete(message_kind::socks5_method_selection);
    const std::uint8_t chosen = got[1];
    if (chosen == socks5::no_acceptable_method) {
        fail(
            {failure::no_method, phase::method,
             "the proxy accepts no offered authentication method (offered: " +
                 list_methods(request_.methods) + ")"});
        return;
    }
    const auto& offered = request_.methods;
    if (std::find(offered.begin(), offered.end(), method{chosen}) == offered.end()) {
        error why{
            failure::protocol, phase::method,
            "it chose method " + named(method{chosen}) + ", which was not offered"};
        why.code = {chosen, socks5_method_category()};
        fail(std::move(why));
        return;
    }
    note("chose method " + named(method{chosen}));
    method_chosen(method{chosen});
}

void socks5_handshake::authenticated() {
    enter(phase::request);
    if (request_.pipeline) {
        await(state::reply);
        return;
    }
    write_request();
    begin_send();
}

// VER REP RSV ATYP BND.ADDR BND.PORT (RFC 1928 section 6), judged byte by byte: a failure counts as
// soon as REP is there, however the rest is maimed.
void socks5_handshake::judge_reply() {
    const base::byte_view got = inbox();
    if (got[0] != socks5::version) {
        examine_text(
            {failure::protocol, at(),
             "its reply begins with 0x" + hex_byte(got[0]) + ", not 0x05"});
        return;
    }
    if (got.size() < 2)
        return;
    if (got[1] != socks5_reply::succeeded) {
        expect_optional(socks5::reply_size(got).value_or(common_reply_size));
        return;
    }
    if (socks5::has_unknown_address_type(got)) {
        complete(message_kind::socks5_reply);
        fail(
            {failure::protocol, at(),
             "its success reply has the unknown address type 0x" + hex_byte(got[3])});
        return;
    }
    if (const auto size = socks5::reply_size(got))
        expect(*size);
    if (!is_whole())
        return;
    complete(message_kind::socks5_reply);
    const auto reply = socks5::decode_reply(got);
    if (reply->rsv != 0)
        note("its reply has RSV 0x" + hex_byte(reply->rsv) + ", not 0");
    if (request_.command == request_command::bind && at() == phase::request)
        announce(reply->bound);
    else
        finish(reply->bound);
}

bool socks5_handshake::extends_optional() {
    const auto size = socks5::reply_size(inbox());
    if (!size || *size <= inbox().size())
        return false;
    expect(*size);
    return true;
}

void socks5_handshake::on_last_bytes() {
    const base::byte_view got = inbox();
    complete(message_kind::socks5_reply);
    if (got.size() < socks5::reply_size(got).value_or(common_reply_size))
        note("its error reply has only " + counted(got.size(), "byte"));
    fail(socks5_refusal(got[1], at(), request_));
}

} // namespace sockscat::proto
