// SPDX-License-Identifier: MIT
/// A client's bytes, and what a proxy of ours makes of them.
#pragma once

#include "support/bytes.hpp"

#include "proto/server/server_handshake.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

namespace sockscat::tests {

struct served {
    proto::server_step::action end{proto::server_step::action::receive}; ///< receive: it wants more
    bytes said;                                   ///< all that went to the client
    std::size_t consumed{0};                      ///< of the client's bytes
    std::optional<proto::client_request> request; ///< if one was asked for
    int decisions{0};
    error fault;
};

/// Answers a request; called with the number of the decision, from 1.
using decision = std::function<void(proto::server_handshake&, int)>;

inline decision granting(address bound) {
    return [bound](proto::server_handshake& with, int) { with.grant(bound); };
}

/// Feeds `from_client`, at most `at_once` bytes to a read; at its end the client closes, if
/// `closes`.
inline served serve(
    const bytes& from_client,
    const proto::user_list* users,
    const decision& decide,
    std::size_t at_once = SIZE_MAX,
    bool closes = false) {
    using action = proto::server_step::action;
    served out;
    proto::server_handshake with{users};
    for (;;) {
        const auto step = with.next();
        out.end = step.what;
        switch (step.what) {
        case action::receive: {
            const std::size_t left = from_client.size() - out.consumed;
            if (left == 0 && !closes)
                return out;
            if (left == 0) {
                with.peer_closed();
                break;
            }
            const std::size_t size = std::min({left, at_once, step.at_most});
            with.received(base::byte_view{from_client}.subspan(out.consumed, size));
            out.consumed += size;
            break;
        }
        case action::send:
            out.said.insert(out.said.end(), step.bytes.begin(), step.bytes.end());
            with.sent();
            break;
        case action::decide:
            out.request = with.request();
            decide(with, ++out.decisions);
            break;
        case action::open:
        case action::close:
            out.fault = with.fault();
            return out;
        }
    }
}

} // namespace sockscat::tests
