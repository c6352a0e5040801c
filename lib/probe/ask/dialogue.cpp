// SPDX-License-Identifier: MIT
#include "dialogue.hpp"

#include "net/session/chain.hpp"
#include "net/tls/tls.hpp"
#include "net/within.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;
using net::within;
using std::chrono::milliseconds;

constexpr milliseconds tls_patience{2'000};

} // namespace

asio::awaitable<bool> dialogue::reach() {
    const auto start = clock::now();
    auto reached = co_await net::reach_hop(options_, options_.chain.size() - 1, where_);
    if (!reached) {
        out_.how = ending::unreachable;
        out_.failed = reached.error();
        co_return false;
    }
    over_ = std::move(reached.value().over);
    out_.proxy = reached.value().proxy;
    out_.spans.connect = milliseconds_since(start);
    if (asked_.log_in) {
        out_.is_private = !net::is_in_clear(options_, options_.chain.size() - 1, *over_);
        where_.in_clear(!out_.is_private);
    }
    if (const auto* const secured = dynamic_cast<const tls_stream*>(over_.get()))
        out_.tls = secured->summary();
    co_return true;
}

asio::awaitable<void> dialogue::run() {
    if (asked_.nudges)
        end_.remind(clock::now() + longest_silence(), [this] { nudge_it(); });
    end_.watch(over_->descriptor());
    if (asked_.speaks == question::protocol::socks4)
        co_await ask_socks4();
    else if (asked_.speaks == question::protocol::tls)
        co_await ask_tls();
    else
        co_await ask_socks5();
    if (over_)
        hang_up();
}

asio::awaitable<void> dialogue::ask_socks4() {
    where_.enter(phase::request);
    proto::message_buffer message{socks4::max_request};
    put_socks4_request(message);
    const auto start = clock::now();
    co_await send(message_kind::socks4_request, message.view());
    const bool begun = co_await fill_some(out_.reply, socks4::reply_size);
    if (!begun)
        co_return;
    if (out_.reply[0] != 0x00 && out_.reply[0] != socks4::version) {
        out_.foreign.swap(out_.reply);
        co_await hear_stranger();
        co_return;
    }
    const bool whole = co_await fill(out_.reply, socks4::reply_size);
    out_.spans.request = milliseconds_since(start);
    if (out_.reply.size() > 1)
        out_.code = out_.reply[1];
    const auto said = socks4::decode_reply(out_.reply);
    if (said)
        out_.bound = said->bound;
    tell(message_kind::socks4_reply, direction::from_proxy, out_.reply);
    if (whole)
        co_await granted_or_not(*out_.code == socks4_reply::granted);
}

// The user name is for a proxy that is known to want it: one asked for SOCKS4.
void dialogue::put_socks4_request(proto::message_buffer& out) const {
    const bool is_meant = hop_.login && hop_.protocol == proxy_protocol::socks4;
    socks4::encode_request(
        out, static_cast<socks4::command>(asked_.asks->command), asked_.asks->destination,
        is_meant ? std::string_view{hop_.login->user} : std::string_view{});
}

asio::awaitable<void> dialogue::ask_tls() {
    const bool secured = co_await secure();
    if (secured)
        co_await ask_socks5();
}

// A certificate is looked at, not judged: nothing secret is sent inside.
asio::awaitable<bool> dialogue::secure() {
    tls_settings trust = hop_.trust;
    trust.insecure = true;
    end_.leave();
    auto handshake = net::start_tls(std::move(over_), trust, hop_.host, where_);
    const milliseconds limit = asked_.limit;
    auto done = co_await within(
        limit == milliseconds{0} ? tls_patience : std::min(limit, tls_patience),
        std::move(handshake));
    if (!done) {
        out_.how = ending::timeout;
        out_.at = phase::tls;
        co_return false;
    }
    if (!*done) {
        out_.how = ending::answered;
        out_.at = phase::tls;
        out_.failed = done->error();
        co_return false;
    }
    out_.tls = done->value()->summary();
    over_ = std::move(*done).value();
    end_.watch(over_->descriptor());
    co_return true;
}

asio::awaitable<void> dialogue::granted_or_not(bool granted) {
    settled(phase::request);
    if (!granted || asked_.lingers == milliseconds{0})
        co_return;
    std::array<std::uint8_t, 256> buffer{};
    auto reading = over_->read_some(buffer);
    const auto got = co_await within(asked_.lingers, std::move(reading));
    if (got && got->size > 0)
        out_.payload.assign(buffer.data(), buffer.data() + got->size);
    else if (got && !is_cut_off())
        out_.closed_at_once = true;
}

// What is left unread would turn the close into a reset.
void dialogue::hang_up() {
    std::array<std::uint8_t, 512> rest; // NOLINT: thrown away
    over_->try_read(rest);
    end_.leave();
    over_.reset();
}

} // namespace sockscat::probing
