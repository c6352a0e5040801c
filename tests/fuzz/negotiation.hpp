// SPDX-License-Identifier: MIT
/// A SOCKS5 handshake whose method has its own messages, fed with what a stranger says.
#pragma once

#include "fuzz.hpp"

#include "proto/handshake.hpp"
#include "proto/trace/annotate.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace sockscat::fuzz {

struct negotiated {
    bool stands{false};
    error fault;
    std::size_t consumed{0};
    std::vector<std::uint8_t> sent;
    std::vector<std::string> notes;
};

// Four challenges or 16 frames of 64 KiB, the limit is at 256 KiB; and the reply.
inline constexpr std::size_t most_negotiated = 256 * 1024 + 2 + 262 + 128;

inline void take_notes(proto::exchange& machine, negotiated& out) {
    if (const auto message = machine.completed())
        proto::annotate(message->kind, direction::from_proxy, message->bytes);
    for (std::string& note : machine.take_notes()) {
        must(is_clean(note) && is_utf8(note), "a note that is not clean");
        out.notes.push_back(std::move(note));
    }
}

/// `pieces`: how many bytes each read gives at most; then the proxy closes.
inline negotiated negotiate(
    const proto::handshake_request& request, base::byte_view stream, base::byte_view pieces) {
    auto made = proto::make_handshake(request);
    must(static_cast<bool>(made), "a good request was refused");
    proto::exchange& machine = *made.value();
    negotiated out;
    for (std::size_t turn = 0;; ++turn) {
        must(turn < 2 * most_negotiated, "it goes on for ever");
        const proto::step next = machine.next();
        switch (next.what) {
        case proto::step::action::send:
            out.sent.insert(out.sent.end(), next.bytes.begin(), next.bytes.end());
            must(out.sent.size() < 100'000, "it says more than there is to say");
            for (const auto& message : machine.outgoing())
                proto::annotate(message.kind, direction::to_proxy, message.bytes);
            machine.sent();
            break;
        case proto::step::action::receive: {
            must(
                next.at_most > 0 && next.at_most <= 65'539, "it asks for no bytes or for too many");
            const std::size_t limit =
                pieces.empty() ? next.at_most : 1U + pieces[turn % pieces.size()];
            const auto got = stream.first(std::min({stream.size(), next.at_most, limit}));
            stream = stream.subspan(got.size());
            out.consumed += got.size();
            must(out.consumed <= most_negotiated, "it reads on and on");
            if (got.empty())
                machine.peer_closed();
            else
                machine.received(got);
            break;
        }
        case proto::step::action::advance:
            machine.advanced(machine.security()->advance(next.bytes));
            break;
        case proto::step::action::protect:
            machine.secured();
            break;
        case proto::step::action::done:
        case proto::step::action::failed:
            out.stands = next.what == proto::step::action::done;
            out.fault = machine.fault();
            return out;
        default:
            must(false, "nobody asked for this");
        }
        take_notes(machine, out);
    }
}

/// Fed whole and split it must end alike. `make` gives a fresh request each time.
inline negotiated check_negotiation(
    const std::function<proto::handshake_request()>& make,
    base::byte_view stream,
    base::byte_view pieces) {
    negotiated whole = negotiate(make(), stream, {});
    const negotiated split = negotiate(make(), stream, pieces);
    must(
        whole.stands == split.stands, "whole it stands, split it does not, or the other way round");
    must(whole.sent == split.sent, "split it sends something else");
    must(whole.notes == split.notes, "split the notes are others");
    must(whole.fault.cause == split.fault.cause, "split the cause is another");
    if (whole.stands)
        must(whole.consumed == split.consumed, "split it takes some of the payload");
    else
        must(
            !whole.fault.cause.empty() && is_clean(to_string(whole.fault)) &&
                is_utf8(to_string(whole.fault)),
            "an error that is not clean");
    return whole;
}

} // namespace sockscat::fuzz
