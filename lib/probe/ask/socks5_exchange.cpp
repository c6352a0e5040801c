// SPDX-License-Identifier: MIT
#include "socks5_exchange.hpp"

#include "net/within.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace sockscat::probing {
namespace {

namespace socks5 = proto::socks5;
using socks5::method;

constexpr std::size_t usual_reply = 10;

} // namespace

asio::awaitable<void> socks5_exchange::run() {
    bytes_.enter(phase::method);
    if (plan_.pipelined)
        co_await send_together();
    else
        co_await send_greeting();
    const bool goes_on = co_await hear_method();
    if (!goes_on)
        co_return;
    switch (static_cast<method>(*out_.method)) {
    case method::none:
        break;
    case method::password:
        if (!co_await log_in())
            co_return;
        break;
    case method::gost_tls:
    case method::gost_tls_password:
        co_await bytes_.secure(); // no login follows
        co_return;
    default:
        co_return;
    }
    if (plan_.asks)
        co_await ask_request();
}

asio::awaitable<void> socks5_exchange::send_greeting() {
    base::message_buffer message{socks5::max_greeting};
    socks5::encode_greeting(message, plan_.methods);
    begun_ = clock::now();
    co_await bytes_.send(message_kind::socks5_greeting, message.view());
}

// One write: what is looked for is whether the proxy takes it apart.
asio::awaitable<void> socks5_exchange::send_together() {
    base::message_buffer all{socks5::max_greeting + socks5::max_userpass + socks5::max_request};
    const auto add = [&](message_kind kind, auto write) {
        const std::size_t begin = all.size();
        write();
        bytes_.notify(kind, direction::to_proxy, all.view().subspan(begin));
    };
    add(message_kind::socks5_greeting, [&] { socks5::encode_greeting(all, plan_.methods); });
    if (plan_.log_in)
        add(message_kind::userpass_request, [&] { put_login(all); });
    add(message_kind::socks5_request, [&] { put_request(all); });
    begun_ = clock::now();
    co_await bytes_.send_untold(all.view());
}

// True if one was chosen that was offered.
asio::awaitable<bool> socks5_exchange::hear_method() {
    std::vector<std::uint8_t> said;
    const bool begun = co_await bytes_.fill_some(said, socks5::method_selection_size);
    bytes_.forget_nudge();
    if (!begun)
        co_return false;
    if (said[0] != socks5::version) {
        co_await bytes_.hear_stranger(std::move(said));
        co_return false;
    }
    if (!co_await bytes_.fill(said, socks5::method_selection_size)) {
        out_.foreign = std::move(said);
        co_return false;
    }
    bytes_.notify_received(message_kind::socks5_method_selection, said);
    out_.spans.method = elapsed();
    out_.method = said[1];
    bytes_.settled(phase::method);
    const auto& offered = plan_.methods;
    co_return std::find(offered.begin(), offered.end(), static_cast<method>(said[1])) !=
        offered.end();
}

asio::awaitable<bool> socks5_exchange::log_in() {
    if (!plan_.log_in)
        co_return false;
    bytes_.enter(phase::auth);
    if (!plan_.pipelined) {
        begun_ = clock::now();
        base::message_buffer message{socks5::max_userpass};
        put_login(message);
        co_await bytes_.send(message_kind::userpass_request, message.view());
    }
    std::vector<std::uint8_t> said;
    const bool whole = co_await bytes_.fill(said, socks5::userpass_status_size);
    if (!said.empty())
        out_.auth_version = said[0];
    if (!whole)
        co_return false;
    bytes_.notify_received(message_kind::userpass_status, said);
    out_.spans.auth = elapsed();
    out_.auth_status = said[1];
    bytes_.settled(phase::auth);
    co_return said[1] == 0;
}

asio::awaitable<void> socks5_exchange::ask_request() {
    bytes_.enter(phase::request);
    if (!plan_.pipelined) {
        begun_ = clock::now();
        base::message_buffer message{socks5::max_request};
        put_request(message);
        co_await bytes_.send(message_kind::socks5_request, message.view());
    }
    if (!co_await bytes_.fill(out_.reply, 2)) {
        if (!out_.reply.empty() && out_.reply[0] != socks5::version)
            out_.foreign = std::exchange(out_.reply, {});
        co_return;
    }
    if (out_.reply[0] != socks5::version) {
        co_await bytes_.hear_stranger(std::exchange(out_.reply, {}));
        co_return;
    }
    out_.code = out_.reply[1];
    out_.spans.request = elapsed();
    const bool granted = *out_.code == socks5_reply::succeeded;
    const bool whole = co_await hear_bound(granted);
    bytes_.notify_received(message_kind::socks5_reply, out_.reply);
    if (whole || !granted)
        bytes_.settled(phase::request);
    if (whole && granted && plan_.lingers.count() > 0)
        co_await bytes_.hear_target(plan_.lingers);
}

// What follows REP. An error is known without it, so that it gets a short time only.
asio::awaitable<bool> socks5_exchange::hear_bound(bool granted) {
    auto rest = hear_address();
    bool whole = false;
    if (granted) {
        whole = co_await std::move(rest);
    } else {
        const auto heard = co_await net::within(grace, std::move(rest));
        whole = heard && *heard;
        out_.how = ending::answered;
    }
    out_.spans.request = elapsed();
    if (auto said = socks5::decode_reply(out_.reply))
        out_.bound = std::move(said->bound);
    co_return whole;
}

asio::awaitable<bool> socks5_exchange::hear_address() {
    if (!co_await bytes_.fill(out_.reply, socks5::reply_prefix))
        co_return false;
    const auto size = socks5::reply_size(out_.reply);
    if (!size && *out_.code == socks5_reply::succeeded) { // an unknown type has no length
        bytes_.settled(phase::request);
        co_return false;
    }
    co_return co_await bytes_.fill(out_.reply, size.value_or(usual_reply)); // Tor refuses in type 0
}

void socks5_exchange::put_login(base::message_buffer& out) const {
    const auto& login = *hop_.login;
    socks5::encode_userpass(
        out, login.user, login.password ? login.password->reveal() : std::string_view{});
}

void socks5_exchange::put_request(base::message_buffer& out) const {
    socks5::encode_request(
        out, static_cast<socks5::command>(plan_.asks->command), plan_.asks->destination);
}

double socks5_exchange::elapsed() const {
    return std::chrono::duration<double, std::milli>{clock::now() - begun_}.count();
}

} // namespace sockscat::probing
