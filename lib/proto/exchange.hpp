// SPDX-License-Identifier: MIT
/// The shape of every handshake: a state machine that says what to do next and is told what came of
/// it. It owns no socket and knows no clock; whoever drives it has both.
#pragma once

#include "base/wire.hpp"
#include "peer.hpp"
#include "proto/auth/security_context.hpp"

#include <sockscat/address.hpp>
#include <sockscat/error.hpp>
#include <sockscat/trace.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace sockscat::proto {

/// A message, or a part of a segment with several, and what it is.
struct wire_message {
    message_kind kind;
    base::byte_view bytes;
    bool has_password{false}; ///< in clear, for whoever reads along
};

/// What the driver must do next. One step is outstanding at a time.
struct step {
    enum class action : std::uint8_t {
        send,         ///< write all of `bytes` in one piece, then call sent()
        receive,      ///< read 1 to `at_most` bytes, then call received(), peer_closed() or
                      ///< nothing_more()
        start_tls,    ///< the TLS handshake begins on the same connection, then call secured()
        advance,      ///< give `bytes` to security(), which may take a while, then call advanced()
        protect,      ///< from here on everything travels as messages protected by security(), as
                      ///< protection() says; then call secured()
        authenticate, ///< speak `method` to its end on the same connection, then call secured()
        listening, ///< BIND: the first reply came, bound() is where a peer may call; await_peer()
                   ///< goes on
        done,      ///< it is granted; after CONNECT and BIND the next byte from the proxy is data
        failed,    ///< see fault(); close the connection
    };

    action what;
    base::byte_view bytes;  ///< send and advance; valid until they are answered
    std::size_t at_most{0}; ///< receive; never more than what belongs to the handshake
    bool optional{false}; ///< receive: the outcome is known, this only completes the picture; give
                          ///< it a short grace, then call nothing_more()
    std::uint8_t method{0}; ///< authenticate: METHOD of SOCKS5
};

class exchange {
  public:
    virtual ~exchange() = default;
    exchange(const exchange&) = delete;
    exchange& operator=(const exchange&) = delete;

    /// The outstanding step; the same until it is answered.
    [[nodiscard]] step next() const;

    /// How much of a message has come that is not whole: "6 of at least 7 bytes"; empty: nothing.
    [[nodiscard]] std::string progress() const;

    /// The messages inside the bytes of a send step; valid until sent().
    [[nodiscard]] std::vector<wire_message> outgoing() const;

    void sent();
    /// `bytes`: not empty, no more than asked for.
    void received(base::byte_view bytes);
    /// End of stream or reset instead of what was asked for, or the driver waits no longer; `why`
    /// is empty for a plain end.
    void peer_closed(std::error_code why = {});
    /// The grace of an optional step ran out.
    void nothing_more();

    /// Answers `start_tls`, `protect` and `authenticate`: everything from here on travels inside.
    void secured();

    /// Answers `advance`.
    void advanced(context_progress progress);
    /// The context of `advance` and `protect`, and how messages are protected by it.
    [[nodiscard]] virtual std::shared_ptr<security_context> security() const { return nullptr; }
    [[nodiscard]] virtual protection_level protection() const { return protection_level::none; }

    /// Answers `listening`: the second reply is waited for, phase::accept.
    void await_peer();

    /// The message that the last received() (or end of input) completed; valid until the next call.
    [[nodiscard]] std::optional<wire_message> completed() const;

    /// The phase of the outstanding step.
    [[nodiscard]] phase at() const { return phase_; }
    /// After `failed`. The hop is not filled in.
    [[nodiscard]] const error& fault() const { return fault_; }
    /// After `listening` and `done`: BND.ADDR and BND.PORT (DSTIP and DSTPORT in SOCKS4) of the
    /// last reply; of the second reply of BIND that is the peer.
    [[nodiscard]] const address& bound() const { return bound_; }
    /// What is worth telling under -v since the last call: the method chosen, a rule that was bent.
    [[nodiscard]] std::vector<std::string> take_notes();

  protected:
    explicit exchange(std::size_t out_limit, wanted_peer wanted = wanted_peer::socks_proxy)
        : out_{out_limit}, wanted_peer_{wanted} {}

    // For the states of a derived machine.
    base::message_buffer& out() { return out_; }
    /// Everything in out() since the last mark.
    void mark_message(message_kind kind, bool has_password = false);
    void enter(phase next) { phase_ = next; }
    void begin_send();
    void expect(std::size_t total); ///< the current message has this many bytes
    /// Read this many bytes of it; it will turn out to have `least` or more.
    void expect_beginning(std::size_t bytes, std::size_t least);
    void expect_optional(std::size_t total);
    void complete(message_kind kind);
    void begin_message() { inbox_.clear(); } ///< the next byte begins a new message
    void begin_tls();
    void begin_advance(base::byte_view token);      ///< valid until advanced()
    void begin_authentication(std::uint8_t method); ///< by the driver
    void begin_protection() { action_ = step::action::protect; }
    void announce(address bound); ///< the first reply of BIND
    void finish(address bound);
    void fail(error why);
    void note(std::string text) { notes_.push_back(std::move(text)); }
    [[nodiscard]] base::byte_view inbox() const { return inbox_; }
    [[nodiscard]] bool is_whole() const { return inbox_.size() >= wanted_; }
    /// Reads some more of what does not speak the protocol, then fails with what it looks like.
    void examine_stranger();
    /// What came is not a message of the protocol, which was spoken so far: fails with this, or
    /// with the text that it is.
    void examine_text(error otherwise);

    /// The message that is being read.
    [[nodiscard]] virtual message_kind awaited() const = 0;
    virtual void on_sent() = 0;
    virtual void on_secured();
    virtual void on_advanced(context_progress progress);
    virtual void on_await_peer();
    /// More bytes are in inbox(); judge what can be judged.
    virtual void on_bytes() = 0;
    /// All that was expected of an optional step is there: true if it turned out longer, after a
    /// call of expect() with the new size.
    virtual bool extends_optional() { return false; }
    /// Nothing more will come for an optional step.
    virtual void on_last_bytes() = 0;

  private:
    void fail_as_stranger();
    void fail_as_no_message();
    [[nodiscard]] bool has_evidence() const;
    void end_optional();

    step::action action_{step::action::send};
    base::message_buffer out_;
    struct mark {
        std::size_t end; // offset in out_
        message_kind kind;
        bool has_password;
    };
    std::vector<mark> marks_;
    std::vector<std::uint8_t> inbox_;
    std::size_t wanted_{0};
    std::size_t least_total_{0}; // 0: wanted_ is the total
    base::byte_view token_;      // for security()
    bool optional_{false};
    std::uint8_t method_{0};  // of authenticate
    wanted_peer wanted_peer_; // for describe()
    bool stranger_{false};
    std::optional<error> otherwise_; // of examine_text()
    std::optional<message_kind> completed_;
    std::vector<std::uint8_t> completed_bytes_; // the next message may have begun in inbox_
    phase phase_{phase::none};
    error fault_;
    address bound_;
    std::vector<std::string> notes_;
};

} // namespace sockscat::proto
