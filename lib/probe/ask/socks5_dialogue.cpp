// SPDX-License-Identifier: MIT
#include "dialogue.hpp"

#include "net/within.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace sockscat::probing {
namespace {

namespace socks5 = proto::socks5;
using net::within;
using std::chrono::milliseconds;

constexpr milliseconds most_silence{3'000};
constexpr std::size_t usual_reply = 10;
// Ends a line for whoever reads lines; completes a record for whoever wants TLS.
constexpr std::array<std::uint8_t, 4> nudge{'\r', '\n', '\r', '\n'};

} // namespace

asio::awaitable<void> dialogue::ask_socks5() {
    where_.enter(phase::method);
    if (asked_.pipelined)
        co_await send_together();
    else
        co_await send_greeting();
    if (!co_await hear_method())
        co_return;
    if (const auto method = static_cast<socks5::method>(*out_.method);
        method == socks5::method::password) {
        if (!co_await log_in())
            co_return;
    } else if (method == socks5::method::gost_tls || method == socks5::method::gost_tls_password) {
        co_await secure(); // no login follows
        co_return;
    } else if (method != socks5::method::none) {
        co_return;
    }
    if (asked_.asks)
        co_await ask_request();
}

asio::awaitable<void> dialogue::send_greeting() {
    proto::message_buffer message{socks5::max_greeting};
    socks5::encode_greeting(message, asked_.methods);
    begun_ = clock::now();
    co_await send(message_kind::socks5_greeting, message.view());
}

// One write: what is looked for is whether the proxy takes it apart.
asio::awaitable<void> dialogue::send_together() {
    proto::message_buffer all{socks5::max_greeting + socks5::max_userpass + socks5::max_request};
    const auto add = [&](message_kind kind, auto write) {
        const std::size_t begin = all.size();
        write();
        tell(kind, direction::to_proxy, all.view().subspan(begin));
    };
    add(message_kind::socks5_greeting, [&] { socks5::encode_greeting(all, asked_.methods); });
    if (asked_.log_in)
        add(message_kind::userpass_request, [&] { put_login(all); });
    add(message_kind::socks5_request, [&] { put_request(all); });
    begun_ = clock::now();
    co_await over_->write(all.view());
}

// True if the conversation goes on behind it.
asio::awaitable<bool> dialogue::hear_method() {
    std::vector<std::uint8_t> said;
    const bool begun = co_await fill_some(said, socks5::method_selection_size);
    end_.forget();
    if (!begun)
        co_return false;
    if (said[0] != socks5::version) {
        out_.foreign.swap(said);
        co_await hear_stranger();
        co_return false;
    }
    if (!co_await fill(said, socks5::method_selection_size)) {
        out_.foreign = std::move(said);
        co_return false;
    }
    tell(message_kind::socks5_method_selection, direction::from_proxy, said);
    out_.spans.method = milliseconds_since(begun_);
    out_.method = said[1];
    settled(phase::method);
    const auto method = static_cast<socks5::method>(said[1]);
    const auto& offered = asked_.methods;
    co_return std::find(offered.begin(), offered.end(), method) != offered.end();
}

milliseconds dialogue::longest_silence() const {
    return asked_.limit == milliseconds{0} ? most_silence
                                           : std::min(asked_.limit / 2, most_silence);
}

void dialogue::nudge_it() {
    tell(message_kind::foreign, direction::to_proxy, nudge);
    over_->try_write(nudge);
}

asio::awaitable<bool> dialogue::log_in() {
    if (!asked_.log_in)
        co_return false;
    where_.enter(phase::auth);
    if (!asked_.pipelined) {
        begun_ = clock::now();
        proto::message_buffer message{socks5::max_userpass};
        put_login(message);
        co_await send(message_kind::userpass_request, message.view());
    }
    std::vector<std::uint8_t> said;
    const bool whole = co_await fill(said, socks5::userpass_status_size);
    if (!said.empty())
        out_.auth_version = said[0];
    if (!whole)
        co_return false;
    tell(message_kind::userpass_status, direction::from_proxy, said);
    out_.spans.auth = milliseconds_since(begun_);
    out_.auth_status = said[1];
    settled(phase::auth);
    co_return said[1] == 0;
}

asio::awaitable<void> dialogue::ask_request() {
    where_.enter(phase::request);
    if (!asked_.pipelined) {
        begun_ = clock::now();
        proto::message_buffer message{socks5::max_request};
        put_request(message);
        co_await send(message_kind::socks5_request, message.view());
    }
    if (!co_await fill(out_.reply, 2)) {
        if (!out_.reply.empty() && out_.reply[0] != socks5::version)
            out_.foreign = std::exchange(out_.reply, {});
        co_return;
    }
    if (out_.reply[0] != socks5::version) {
        out_.foreign.swap(out_.reply);
        co_await hear_stranger();
        co_return;
    }
    out_.code = out_.reply[1];
    out_.spans.request = milliseconds_since(begun_);
    const bool granted = *out_.code == socks5_reply::succeeded;
    const bool whole = co_await hear_bound(granted);
    tell(message_kind::socks5_reply, direction::from_proxy, out_.reply);
    if (whole || !granted)
        co_await granted_or_not(granted);
}

// What follows REP. An error is known without it, so that it gets a short time only.
asio::awaitable<bool> dialogue::hear_bound(bool granted) {
    auto rest = hear_address();
    bool whole = false;
    if (granted) {
        whole = co_await std::move(rest);
    } else {
        const auto heard = co_await within(grace, std::move(rest));
        whole = heard && *heard;
        out_.how = ending::answered;
    }
    out_.spans.request = milliseconds_since(begun_);
    if (auto said = socks5::decode_reply(out_.reply))
        out_.bound = std::move(said->bound);
    co_return whole;
}

asio::awaitable<bool> dialogue::hear_address() {
    if (!co_await fill(out_.reply, socks5::reply_prefix))
        co_return false;
    const auto size = socks5::reply_size(out_.reply);
    if (!size && *out_.code == socks5_reply::succeeded) { // an unknown type has no length
        settled(phase::request);
        co_return false;
    }
    co_return co_await fill(out_.reply, size.value_or(usual_reply)); // Tor refuses in type 0
}

void dialogue::put_login(proto::message_buffer& out) const {
    const auto& login = *hop_.login;
    socks5::encode_userpass(
        out, login.user, login.password ? login.password->reveal() : std::string_view{});
}

void dialogue::put_request(proto::message_buffer& out) const {
    socks5::encode_request(
        out, static_cast<socks5::command>(asked_.asks->command), asked_.asks->destination);
}

} // namespace sockscat::probing
