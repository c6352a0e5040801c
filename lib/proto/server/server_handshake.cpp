// SPDX-License-Identifier: MIT
#include "server_handshake.hpp"

#include "proto/peer.hpp"
#include "proto/socks4.hpp"
#include "proto/socks5.hpp"

#include <utility>

namespace sockscat::proto {
namespace {

// The shortest first message of all: a SOCKS5 greeting with no method.
constexpr std::size_t beginning = 2;

bool is_capital(std::uint8_t byte) {
    return byte >= 'A' && byte <= 'Z';
}

} // namespace

error request_error(failure kind, const char* cause) {
    return {kind, phase::request, cause};
}

server_handshake::server_handshake(const user_list* users)
    : users_{users}, inbox_{max_client_message}, out_{max_server_message} {}

server_step server_handshake::next() const {
    const std::size_t at_most =
        dialect_ ? dialect_->missing(inbox_.view()) : beginning - inbox_.size();
    switch (action_) {
    case action::receive:
        return {action_, {}, at_most};
    case action::send:
        return {action_, out_.view()};
    case action::decide:
    case action::open:
    case action::close:
        break;
    }
    return {action_, {}};
}

void server_handshake::received(base::byte_view bytes) {
    inbox_.bytes(bytes);
    if (!dialect_ && inbox_.size() < beginning)
        return;
    if (!dialect_)
        choose();
    if (action_ == action::receive && dialect_->missing(inbox_.view()) == 0)
        judge();
}

void server_handshake::choose() {
    const base::byte_view first = inbox_.view();
    if (first[0] == socks5::version)
        dialect_ = make_socks5_dialect(users_);
    else if (first[0] == socks4::version)
        dialect_ = make_socks4_dialect(users_);
    else if (is_capital(first[0]))
        dialect_ = make_http_dialect(users_);
    else
        fail(
            {failure::protocol, phase::method,
             "it speaks neither SOCKS nor HTTP: " + describe_plain(classify(first), first)});
}

void server_handshake::judge() {
    turn made = dialect_->judge(inbox_.view(), out_);
    inbox_.clear();
    switch (made.what) {
    case turn::kind::go_on:
        send_then(action::receive);
        break;
    case turn::kind::ask:
        action_ = action::decide;
        break;
    case turn::kind::end:
        fail(std::move(made.why));
        break;
    }
}

void server_handshake::peer_closed() {
    const bool said_nothing = !dialect_ && inbox_.size() == 0;
    fail(
        {failure::closed, phase::method,
         said_nothing ? "it closed the connection without a word"
                      : "it closed the connection in the middle of the handshake"});
}

void server_handshake::sent() {
    out_.clear();
    action_ = after_send_;
}

void server_handshake::announce(const address& listening) {
    dialect_->announce(out_, listening);
    send_then(action::decide);
}

void server_handshake::grant(const address& bound) {
    const bool is_said = dialect_->grant(out_, bound);
    send_then(is_said ? action::open : action::close);
}

void server_handshake::refuse(const refusal& why) {
    dialect_->refuse(out_, why);
    send_then(action::close);
}

void server_handshake::fail(error why) {
    fault_ = std::move(why);
    send_then(action::close);
}

void server_handshake::send_then(action next) {
    after_send_ = next;
    action_ = out_.size() == 0 ? next : action::send;
}

} // namespace sockscat::proto
