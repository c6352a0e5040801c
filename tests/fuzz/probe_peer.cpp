// SPDX-License-Identifier: MIT
#include "probe_peer.hpp"

#include <sockscat/address.hpp>

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sockscat::fuzz {
namespace {

using namespace std::string_view_literals;
using std::chrono::milliseconds;
using kind = heard_message::kind;

// The first five are granted.
constexpr std::array replies{
    "\5\0\0\1\xC0\0\2\1\x0F\xA0"sv, // the proxy's host, and what RESOLVE is asked for
    "\5\0\0\1\0\0\0\0\0\0"sv,
    "\5\0\0\1\xC0\0\2\1\4\x38"sv, // the proxy's listener
    "\5\0\0\1\x0A\0\0\7\x0F\xA0"sv,
    "\5\0\0\3\4host\x0F\xA0"sv,
    "\5\1\0\1\0\0\0\0\0\0"sv,
    "\5\2\0\1\0\0\0\0\0\0"sv,
    "\5\3\0\1\0\0\0\0\0\0"sv,
    "\5\4\0\1\0\0\0\0\0\0"sv,
    "\5\5\0\1\0\0\0\0\0\0"sv,
    "\5\7\0\1\0\0\0\0\0\0"sv,
    "\5\x8\0\1\0\0\0\0\0\0"sv,
    "\5\7"sv,
    "no\r\n"sv,
    "closes"sv,
    "silent"sv};

constexpr std::array http_replies{
    "HTTP/1.1 200 OK\r\n\r\n"sv,
    "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"a\"\r\n\r\n"sv,
    "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest, NTLM, Negotiate\r\n\r\n"sv,
    "HTTP/1.1 407 No\r\n\r\n"sv,
    "HTTP/1.1 403 No\r\n\r\n"sv,
    "HTTP/1.1 404 No\r\n\r\n"sv,
    "HTTP/1.1 405 No\r\n\r\n"sv,
    "HTTP/1.1 501 No\r\n\r\n"sv,
    "HTTP/1.1 502 No\r\n\r\n"sv,
    "HTTP/1.1 503 No\r\n\r\n"sv,
    "HTTP/1.1 400 No\r\n\r\n"sv,
    "HTTP/1.1 401 No\r\n\r\n"sv,
    "HTTP/1.1 301 No\r\n\r\n"sv,
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"sv,
    "closes"sv,
    "silent"sv};

constexpr std::array logins{"\1\0"sv, "\1\1"sv, "\5\0"sv,   "\5\1"sv,
                            "\2\0"sv, "\1"sv,   "closes"sv, "silent"sv};

constexpr std::array canned{
    "\5\0"sv,
    "\5\2"sv,
    "\5\xFF"sv,
    "\1\0"sv,
    "\1\1"sv,
    replies[0],
    replies[6],
    "\0\x5A\0\0\0\0\0\0"sv,
    "\0\x5B\0\0\0\0\0\0"sv,
    "\5"sv,
    http_replies[0],
    http_replies[1],
    "SSH-2.0-OpenSSH_9.2\r\n"sv,
    "220 mail\r\n"sv,
    "\x15\3\1\0\2\2\x28"sv,
    "HTTP/1.1 403 \x1B[2J\u202E\xC2\x9B\xFF\r\n\r\n"sv};

constexpr std::array lengths{milliseconds{20},    milliseconds{150},   milliseconds{300},
                             milliseconds{900},   milliseconds{1'500}, milliseconds{2'500},
                             milliseconds{6'000}, milliseconds{20'000}};

void say(peer_connection& now, std::string_view what) {
    if (what == "closes")
        now.script.ends = ending::closed;
    else if (what != "silent")
        now.said += what;
}

// By the list that is offered.
std::string_view method_for(unsigned manner, std::string_view greeting) {
    const std::string_view list = greeting.substr(2);
    const auto has = [&](char method) { return list.find(method) != list.npos; };
    const bool has_none = has(0);
    switch (manner % 16) {
    case 0:
        return has_none ? "\5\0"sv : "\5\xFF"sv;
    case 1:
        return has(2) ? "\5\2"sv : "\5\xFF"sv;
    case 2:
        return has_none ? "\5\0"sv : has(2) ? "\5\2"sv : "\5\xFF"sv;
    case 3:
        return has(2) ? "\5\2"sv : has_none ? "\5\0"sv : "\5\xFF"sv;
    case 4:
        return "\5\0"sv;
    case 5:
        return "\5\2"sv;
    case 6:
        return "\5\xFF"sv;
    case 7:
        return has(1) ? "\5\1"sv : has(3) ? "\5\3"sv : "\5\xFF"sv;
    case 8:
        return has(static_cast<char>(0x80)) ? "\5\x80"sv : has_none ? "\5\0"sv : "\5\xFF"sv;
    case 9:
        return has_none ? "\5\0"sv : "closes"sv;
    case 10:
        return "\0\x5B\0\0\0\0\0\0"sv;
    case 11:
        return "HTTP/1.1 400 No\r\n\r\n"sv;
    case 12:
        return "\5"sv;
    case 13:
        return "SSH-2.0-OpenSSH_9.2\r\n"sv;
    case 14:
        return "closes"sv;
    default:
        return "silent"sv;
    }
}

manner manner_for(const heard_message& request) {
    switch (request.command()) {
    case 1:
        return request.destination().starts_with(reserved) ? manner::lookup : manner::target;
    case 2:
        return manner::bind;
    case 3:
        return manner::associate;
    case 0xF0:
        return manner::resolve;
    case 0xF1:
        return manner::resolve_ptr;
    default:
        return manner::control;
    }
}

manner manner_for_http(std::string_view message) {
    if (message.starts_with("GET"))
        return manner::http_page;
    if (message.starts_with("SOCKSCAT"))
        return manner::http_control;
    if (message.find(reserved) == message.npos)
        return manner::http_target;
    return message.find("Proxy-Authorization") == message.npos ? manner::http : manner::http_login;
}

// Of the low four bits; the others are what comes behind it.
void reply(peer_connection& now, std::string_view what, unsigned manner) {
    say(now, what);
    if ((manner & 0x10U) != 0)
        say(now, "SSH-2.0-OpenSSH_9.2\r\n");
    if ((manner & 0x20U) != 0)
        now.script.ends = ending::closed;
    if ((manner & 0xC0U) == 0xC0U)
        now.script.ends = ending::reset;
}

// The same codes in version 4.
std::string in_socks4(std::string_view reply) {
    if (reply[0] != 5)
        return std::string{reply};
    if (reply[1] != 0)
        return std::string{reply.size() == 2 ? "\0\x5B"sv : "\0\x5B\0\0\0\0\0\0"sv};
    std::string out{"\0\x5A"sv};
    return reply[3] != 1 ? out.append("\0\0\0\0\0\0"sv)
                         : out.append(reply.substr(8)).append(reply.substr(4, 4));
}

script_step step_from(source& input, unsigned choice) {
    using act = script_step::act;
    const unsigned number = choice >> 4U & 7U;
    script_step out;
    out.is_prompt = (choice & 0x80U) != 0;
    const auto is = [&](act what) { out.what = what; };
    const auto says = [&](std::string_view what) {
        out.what = act::say;
        out.said = what;
    };
    switch (choice % 16) {
    case 3:
        says(canned[number]);
        break;
    case 4:
        says(canned[8 + number]);
        break;
    case 5:
        says(as_text(input.piece(number + 1)));
        break;
    case 6:
        says(as_text(input.piece(8 * (number + 1))));
        break;
    case 7:
        is(act::echo);
        break;
    case 8:
        says(std::string(12'000 * (number + 1), 'a'));
        break;
    case 9:
        is(act::pause);
        break;
    case 10:
        is(act::close);
        break;
    case 11:
        is(act::reset);
        break;
    case 12:
        is(act::hush);
        break;
    case 13:
        is(act::refuse);
        break;
    case 14:
        is(act::dial_late);
        break;
    case 15: // any reply
        says(replies[input.byte() % 14]);
        break;
    default:
        break;
    }
    out.length = lengths[number];
    return out;
}

} // namespace

bool peer_plan::has_time() const {
    return std::any_of(scripts.begin(), scripts.end(), [](const auto& script) {
        return std::any_of(script.begin(), script.end(), [](const script_step& each) {
            return each.what == script_step::act::pause || each.what == script_step::act::dial_late;
        });
    });
}

peer_plan peer_from(source& input) {
    peer_plan out;
    const unsigned choice = input.byte();
    out.repeats_all = (choice & 1U) != 0;
    out.closes_at_strangers = (choice & 2U) != 0;
    for (std::uint8_t& each : out.manners)
        each = input.byte();
    while (!input.is_empty() && out.scripts.size() < 64) {
        auto& script = out.scripts.emplace_back();
        for (unsigned step = input.byte(); step % 16 != 0; step = input.byte())
            script.push_back(step_from(input, step));
    }
    return out;
}

asio::awaitable<result<std::unique_ptr<stream>>> scripted_proxy::dial() {
    static constexpr milliseconds never{3'600'000};
    peer_connection& now = connections.emplace_back();
    now.begun = fuzz::now();
    now.script.ends = ending::silent;
    now.script.pieces = pieces_;
    now.script.on_heard = [this, &now] { hear(now); };
    const auto& scripts = plan_.scripts;
    const std::size_t index = connections.size() - 1;
    if (!scripts.empty())
        now.steps = scripts
            [plan_.repeats_all ? index % scripts.size() : std::min(index, scripts.size() - 1)];
    if (!now.steps.empty() && now.steps.front().what == script_step::act::dial_late) {
        const milliseconds length = now.steps.front().length;
        asio::steady_timer timer{
            co_await asio::this_coro::executor, length == lengths.back() ? never : length};
        std::error_code cancelled;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (cancelled)
            co_return error{failure::proxy_unreachable, phase::connect, "cancelled"};
        ++now.at;
    }
    if (now.at < now.steps.size() && now.steps[now.at].what == script_step::act::refuse)
        co_return error{failure::proxy_unreachable, phase::connect, "connection refused"};
    now.is_made = true;
    auto made =
        std::make_unique<scripted_stream>(now.script, address{parse_ip("192.0.2.1").value(), 1080});
    hear(now);
    co_return made;
}

// Whole messages, each of which has a step or an answer.
void scripted_proxy::hear(peer_connection& now) {
    if (now.first_write == 0)
        now.first_write = now.script.heard.size();
    const auto heard = messages_of(as_text(now.script.heard));
    const auto go_on = [&](const heard_message& about) {
        while (now.at < now.steps.size() && now.steps[now.at].is_prompt)
            act(now, now.steps[now.at++], about);
    };
    if (heard.empty())
        go_on({});
    for (; now.answered < heard.size(); ++now.answered) {
        const heard_message& about = heard[now.answered];
        if (about.what == kind::other || now.is_hushed)
            continue;
        if (now.at < now.steps.size())
            act(now, now.steps[now.at++], about);
        else
            answer(now, about);
        go_on(about);
    }
    now.script.bytes = {reinterpret_cast<const std::uint8_t*>(now.said.data()), now.said.size()};
}

void scripted_proxy::act(
    peer_connection& now, const script_step& step, const heard_message& about) {
    using act = script_step::act;
    switch (step.what) {
    case act::answer:
        answer(now, about);
        break;
    case act::say:
        now.said += step.said;
        break;
    case act::echo:
        now.said += about.bytes;
        break;
    case act::pause:
        now.script.pauses.push_back({now.said.size(), step.length});
        break;
    case act::close:
    case act::refuse:
        now.script.ends = ending::closed;
        break;
    case act::reset:
        now.script.ends = ending::reset;
        break;
    case act::hush:
    case act::dial_late:
        now.is_hushed = true;
        break;
    }
}

void scripted_proxy::answer(peer_connection& now, const heard_message& about) const {
    const unsigned version4 = manner_of(manner::socks4);
    switch (about.what) {
    case kind::greeting:
        say(now, method_for(manner_of(manner::greeting), about.bytes));
        break;
    case kind::login:
        say(now, logins[manner_of(manner::login) % logins.size()]);
        break;
    case kind::request: {
        const unsigned code = manner_of(manner_for(about));
        reply(now, replies[code % 16], code);
        break;
    }
    case kind::socks4: {
        const unsigned code = manner_of(manner_for(about));
        if (version4 % 4 == 0)
            say(now, "closes");
        else if (version4 % 4 == 1)
            say(now, "\5\xFF"sv);
        else if (version4 % 4 == 2)
            reply(now, in_socks4(replies[code % 16]), code);
        break;
    }
    case kind::http: {
        const unsigned code = manner_of(manner_for_http(about.bytes));
        reply(now, http_replies[code % 16], code);
        break;
    }
    case kind::tls:
    case kind::other:
        if (plan_.closes_at_strangers)
            say(now, "closes");
        break;
    }
}

} // namespace sockscat::fuzz
