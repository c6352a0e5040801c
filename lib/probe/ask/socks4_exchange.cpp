// SPDX-License-Identifier: MIT
#include "socks4_exchange.hpp"

#include <chrono>
#include <string_view>
#include <utility>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;
using clock = std::chrono::steady_clock;

// The user name is for a proxy that is known to want it: one asked for SOCKS4.
void put_request(base::message_buffer& out, const proxy_spec& hop, const request& asks) {
    const bool is_meant = hop.login && hop.protocol == proxy_protocol::socks4;
    socks4::encode_request(
        out, static_cast<socks4::command>(asks.command), asks.destination,
        is_meant ? std::string_view{hop.login->user} : std::string_view{});
}

} // namespace

asio::awaitable<void> ask_by_socks4(
    byte_exchange& bytes, const proxy_spec& hop, const exchange_plan& plan, answer& out) {
    bytes.enter(phase::request);
    base::message_buffer message{socks4::max_request};
    put_request(message, hop, *plan.asks);
    const auto start = clock::now();
    co_await bytes.send(message_kind::socks4_request, message.view());
    const bool begun = co_await bytes.fill_some(out.reply, socks4::reply_size);
    if (!begun)
        co_return;
    if (out.reply[0] != 0x00 && out.reply[0] != socks4::version) {
        co_await bytes.hear_stranger(std::exchange(out.reply, {}));
        co_return;
    }
    const bool whole = co_await bytes.fill(out.reply, socks4::reply_size);
    out.spans.request = std::chrono::duration<double, std::milli>{clock::now() - start}.count();
    if (out.reply.size() > 1)
        out.code = out.reply[1];
    const auto said = socks4::decode_reply(out.reply);
    if (said)
        out.bound = said->bound;
    bytes.notify_received(message_kind::socks4_reply, out.reply);
    if (!whole)
        co_return;
    bytes.settled(phase::request);
    if (*out.code == socks4_reply::granted && plan.lingers.count() > 0)
        co_await bytes.hear_target(plan.lingers);
}

} // namespace sockscat::probing
