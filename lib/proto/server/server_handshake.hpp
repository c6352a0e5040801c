// SPDX-License-Identifier: MIT
/// The handshake as a proxy sees it: a state machine that says what to do next and is told what
/// came of it. It owns no socket and knows no clock.
///
/// In this order: receive and send steps, as next() has them; decide: request() is what the client
/// wants, answered by grant() or refuse(), and for BIND by announce() before that; a last send;
/// open or close.
#pragma once

#include "client_request.hpp"
#include "dialect.hpp"
#include "refusal.hpp"
#include "user_list.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sockscat::proto {

/// What the driver must do next.
struct server_step {
    enum class action : std::uint8_t {
        receive, ///< read 1 to `at_most` bytes, then call received() or peer_closed()
        send,    ///< write all of `bytes`, then call sent()
        decide,  ///< see request(); answer by announce(), grant() or refuse()
        open,    ///< it is granted; the next byte of the client is payload
        close,   ///< see fault(); close the connection
    };

    action what;
    base::byte_view bytes;  ///< send; valid until sent()
    std::size_t at_most{0}; ///< receive; never more than what belongs to the handshake
};

class server_handshake {
  public:
    /// Only `users` are served, after a login; null: everyone is served, without one. They
    /// are borrowed until the handshake ends.
    explicit server_handshake(const user_list* users);

    /// The outstanding step; the same until it is answered.
    [[nodiscard]] server_step next() const;

    /// `bytes`: not empty, no more than asked for.
    void received(base::byte_view bytes);
    /// End of stream or reset instead of what was asked for.
    void peer_closed();
    void sent();

    /// From `decide` on.
    [[nodiscard]] const client_request& request() const { return dialect_->request(); }

    /// BIND: the peer is waited for at this address. The next step but one is `decide` again.
    void announce(const address& listening);
    /// `bound`: BND.ADDR and BND.PORT; of UDP ASSOCIATE the relay, of RESOLVE and RESOLVE_PTR the
    /// answer, after announce() the peer. Where the protocol cannot say it, the request is refused.
    void grant(const address& bound);
    void refuse(const refusal& why);

    /// After `close`: why, in words about the client. Without a cause if refuse() was the reason.
    [[nodiscard]] const error& fault() const { return fault_; }

  private:
    using action = server_step::action;

    void choose();
    void judge();
    void send_then(action next);
    void fail(error why);

    const user_list* users_;
    std::unique_ptr<dialect> dialect_; // once the first bytes are there
    base::message_buffer inbox_;
    base::message_buffer out_;
    action action_{action::receive};
    action after_send_{action::receive};
    error fault_;
};

} // namespace sockscat::proto
