// SPDX-License-Identifier: MIT
/// What came of one question: what the proxy said, how it ended, how long each phase took.
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/error.hpp>
#include <sockscat/tls.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sockscat::probing {

/// How an exchange ended.
enum class ending : std::uint8_t {
    not_asked,
    answered,    ///< all that was expected came, or a refusal that ends it earlier
    closed,      ///< end of stream instead
    reset,       ///< connection reset instead
    timeout,     ///< nothing in time
    unreachable, ///< the proxy was not even reached, see `failed`
};

/// Milliseconds; nothing for a phase that did not end.
struct phase_spans {
    std::optional<double> connect;
    std::optional<double> method;
    std::optional<double> auth;
    std::optional<double> request;

    [[nodiscard]] double total() const {
        return connect.value_or(0) + method.value_or(0) + auth.value_or(0) + request.value_or(0);
    }
};

/// The reply of an HTTP proxy.
struct http_reply {
    http_reply() = default;

    int status{0};
    std::string reason;               ///< of the status line, as it came; its beginning
    std::vector<std::string> schemes; ///< of Proxy-Authenticate
};

struct answer {
    ending how{ending::not_asked};
    phase at{phase::none};              ///< where it ended
    std::chrono::milliseconds limit{0}; ///< that it had; 0: none
    std::size_t number{0};              ///< of the connection, from 1
    /// unreachable, or TLS that failed.
    std::optional<error> failed;
    /// What came instead of a SOCKS message; the first bytes of it.
    std::vector<std::uint8_t> foreign;
    std::optional<std::uint8_t> method;
    std::optional<std::uint8_t> auth_version;
    std::optional<std::uint8_t> auth_status;
    /// The reply to the request as far as it came, and what it says.
    std::vector<std::uint8_t> reply;
    std::optional<std::uint8_t> code; ///< REP or CD
    std::optional<address> bound;     ///< only of a whole reply
    std::optional<http_reply> http;   ///< the reply to a request in HTTP
    bool is_endless{false};           ///< HTTP: the header of the reply, in `foreign`, is too long
    bool closed_at_once{false};       ///< granted, and then closed before anything was sent
    /// What the target said right after the reply.
    std::vector<std::uint8_t> payload;

    std::optional<address> proxy; ///< as it was reached
    bool is_private{false};       ///< no one on a network can read it
    std::optional<tls_summary> tls;
    phase_spans spans;
    double took_ms{0}; ///< all of it, however it ended

    /// Since the request was sent, until its reply or the end of waiting.
    [[nodiscard]] double since_request() const {
        return spans.request.value_or(
            took_ms - spans.connect.value_or(0) - spans.method.value_or(0) -
            spans.auth.value_or(0));
    }
    [[nodiscard]] bool was_asked() const { return how != ending::not_asked; }
    [[nodiscard]] bool was_silent() const { return how == ending::timeout; }
    /// The request was granted: REP 00, CD 5A.
    [[nodiscard]] bool granted() const { return code && *code == (reply[0] == 0x05 ? 0x00 : 0x5A); }
    /// Closed or reset without a byte of what was expected.
    [[nodiscard]] bool hung_up() const { return how == ending::closed || how == ending::reset; }
};

} // namespace sockscat::probing
