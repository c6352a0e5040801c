// SPDX-License-Identifier: MIT
// The handshakes against any proxy: fed whole and split they end alike, ask for a bounded number of
// bytes, send no more than what is due, and what they say does not depend on the password.
#include "fuzz.hpp"

#include "proto/handshake.hpp"
#include "proto/http_connect.hpp"
#include "proto/trace/annotate.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sockscat::fuzz {
namespace {

constexpr std::size_t most_input = 262 + 262 + 128; // BIND has two replies
constexpr std::size_t most_sends = 3;

struct outcome {
    bool stands{false};
    bool listened{false};
    error fault;
    address bound;
    std::size_t consumed{0};
    std::size_t sent{0};
    std::vector<std::string> notes;
};

proto::handshake_request request_from(source& input) {
    using proto::socks5::method;
    const std::uint8_t choice = input.byte();
    proto::handshake_request request;
    request.destination = {host_name{"example.com"}, 443};
    if ((choice & 1U) != 0)
        request.destination.host = *parse_ip("192.0.2.1");
    request.user = "alice";
    const bool resolves = (choice & 96U) == 96U;
    if (resolves)
        request.command = proto::request_command::resolve;
    else if ((choice & 32U) != 0)
        request.command = proto::request_command::bind;
    if ((choice & 2U) != 0) {
        request.protocol = proxy_protocol::socks4;
        return request;
    }
    if ((choice & 64U) != 0 && !resolves) {
        request.protocol = proxy_protocol::http;
        request.command = proto::request_command::connect;
        if ((choice & 4U) != 0)
            request.methods = {method::none, method::password};
        return request;
    }
    if ((choice & 128U) != 0) {
        request.methods = {method::gost_tls, method::gost_tls_password};
        return request;
    }
    if ((choice & 4U) != 0)
        request.methods = {method::password};
    else if ((choice & 8U) != 0)
        request.methods = {method::none, method::password};
    request.pipeline = (choice & 16U) != 0 && request.methods.size() == 1;
    return request;
}

void take_messages(proto::exchange& machine, outcome& out) {
    if (const auto message = machine.completed())
        proto::annotate(message->kind, direction::from_proxy, message->bytes);
    for (std::string& note : machine.take_notes()) {
        must(is_clean(note) && is_utf8(note), "a note that is not clean");
        out.notes.push_back(std::move(note));
    }
}

// `pieces` says how many bytes each read gives at most; then the proxy closes.
outcome play(
    const proto::handshake_request& request, base::byte_view stream, base::byte_view pieces) {
    auto made = proto::make_handshake(request);
    must(static_cast<bool>(made), "a good request was refused");
    proto::exchange& machine = *made.value();
    outcome out;
    const std::size_t most =
        request.protocol == proxy_protocol::http ? proto::max_http_header : most_input;
    for (std::size_t turn = 0;; ++turn) {
        must(turn < 2 * most, "the handshake goes on for ever");
        const proto::step next = machine.next();
        if (next.what == proto::step::action::done || next.what == proto::step::action::failed) {
            out.stands = next.what == proto::step::action::done;
            out.fault = machine.fault();
            out.bound = machine.bound();
            return out;
        }
        if (next.what == proto::step::action::start_tls) {
            must(request.methods.front() == proto::socks5::method::gost_tls, "TLS unasked");
            machine.secured();
            continue;
        }
        if (next.what == proto::step::action::listening) {
            must(request.command == proto::request_command::bind, "it listens unasked");
            must(!std::exchange(out.listened, true), "it listens twice");
            machine.await_peer();
            continue;
        }
        if (next.what == proto::step::action::send) {
            must(++out.sent <= most_sends, "it sends more than there is to say");
            machine.sent();
            continue;
        }
        must(next.at_most > 0 && next.at_most <= 262, "it asks for no bytes or for too many");
        const std::size_t limit =
            pieces.empty() ? next.at_most : 1U + pieces[turn % pieces.size()] % 16;
        const auto got = stream.first(std::min({stream.size(), next.at_most, limit}));
        stream = stream.subspan(got.size());
        out.consumed += got.size();
        must(out.consumed <= most, "it reads on and on");
        if (got.empty())
            machine.peer_closed();
        else
            machine.received(got);
        take_messages(machine, out);
    }
}

void check_error(const error& why) {
    must(is_clean(to_string(why)) && is_utf8(to_string(why)), "an error that is not clean");
    must(!why.cause.empty(), "an error without a cause");
    const bool has_code = why.code.category() == socks4_reply_category() ||
                          why.code.category() == socks5_reply_category() ||
                          why.code.category() == http_status_category();
    must(
        (why.kind != failure::refused && why.kind != failure::negative_answer) || has_code,
        "a refusal without its code");
}

void check(source& input) {
    proto::handshake_request request = request_from(input);
    const auto pieces = input.piece(8);
    const auto stream = input.rest();
    const bool has_password = request.protocol == proxy_protocol::socks5;
    request.password = has_password ? "one secret" : "";
    const outcome whole = play(request, stream, {});
    request.password = has_password ? "other word" : "";
    const outcome split =
        play(request, stream, pieces.empty() ? base::byte_view{stream}.first(0) : pieces);
    must(
        whole.stands == split.stands, "whole it stands, split it does not, or the other way round");
    must(whole.sent == split.sent, "split it sends something else");
    must(whole.notes == split.notes, "split the notes are others");
    if (whole.stands) {
        must(whole.bound == split.bound, "split the bound address is another");
        must(whole.consumed == split.consumed, "split it takes some of the payload");
        return;
    }
    check_error(whole.fault);
    must(
        whole.fault.kind == split.fault.kind && whole.fault.at == split.fault.at,
        "split the failure is another");
    must(whole.fault.code == split.fault.code, "split the code is another");
    must(whole.fault.looks_like == split.fault.looks_like, "split the stranger looks different");
    must(whole.fault.cause == split.fault.cause, "split the cause is another");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
