// SPDX-License-Identifier: MIT
/// The messages of an authentication method that has more than one to say (CHAP, GSSAPI): a state
/// machine inside the handshake, which does what it asks for.
#pragma once

#include "base/wire.hpp"
#include "security_context.hpp"

#include <sockscat/error.hpp>
#include <sockscat/trace.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace sockscat::proto {

/// What no proxy may exceed in one sub-negotiation (../README.md, wrong and hostile peers).
inline constexpr std::size_t max_negotiation_bytes = 256 * 1024;
inline constexpr int max_negotiation_messages = 16;

/// What is to be done next.
struct negotiation_turn {
    enum class action : std::uint8_t {
        send,    ///< what was written into the buffer, then sent()
        read,    ///< go on reading the message until it has `bytes` bytes, then received()
        advance, ///< give `token` to the security context, then advanced()
        protect, ///< from here on everything travels as protected messages
        done,    ///< the proxy knows who we are
        failed,  ///< `why`; the hop is not filled in
    };

    negotiation_turn(action next) : what{next} {}
    negotiation_turn(error failed) : what{action::failed}, why{std::move(failed)} {}

    action what;
    std::size_t bytes{0};
    bool is_whole{false};  ///< `bytes` is the size of the message and not only its beginning
    base::byte_view token; ///< valid until advanced()
    /// What the bytes that were received turned out to be; the next ones begin a new message.
    std::optional<message_kind> completes;
    std::string note; ///< worth telling under -v; empty: nothing
    error why;
};

class sub_negotiation {
  public:
    virtual ~sub_negotiation() = default;
    sub_negotiation(const sub_negotiation&) = delete;
    sub_negotiation& operator=(const sub_negotiation&) = delete;

    /// The kind of all messages that it sends.
    [[nodiscard]] virtual message_kind kind() const = 0;

    /// Messages are written into `out`, which is empty.
    virtual negotiation_turn begin(base::message_buffer& out) = 0;
    virtual negotiation_turn sent() = 0;
    /// `message`: all bytes of the current message that have come, at least one of them new.
    virtual negotiation_turn received(base::byte_view message, base::message_buffer& out) = 0;
    virtual negotiation_turn advanced(context_progress progress, base::message_buffer& out);
    /// After `protect`.
    [[nodiscard]] virtual protection_level protection() const { return protection_level::none; }

  protected:
    sub_negotiation() = default;

    /// Reads `bytes` bytes of a message, which may be longer unless it `is_whole`.
    static negotiation_turn read(std::size_t bytes, bool is_whole);
    /// The message that just came is judged bad.
    static negotiation_turn broken(message_kind kind, std::string why);
    static negotiation_turn rejected(message_kind kind, std::string why);
};

} // namespace sockscat::proto
