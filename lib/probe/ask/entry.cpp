// SPDX-License-Identifier: MIT
#include "interview.hpp"
#include "probe/read/readings.hpp"

#include <array>

namespace sockscat::probing {
namespace {

using proto::socks5::method;

bool is_no_socks5(const answer& said) {
    return said.how == ending::unreachable || !said.foreign.empty();
}

} // namespace

// Whether it is SOCKS5, and how it lets us in.
asio::awaitable<void> interview::ask_for_entry() {
    if (wants(probe_group::auth)) {
        const bool is_known = co_await ask_by_elimination();
        if (is_known)
            co_return;
    }
    co_await ask_singly();
}

// False if each method is to be asked for by itself.
asio::awaitable<bool> interview::ask_by_elimination() {
    elimination methods{wants(probe_group::tls) && !all_.over_tls};
    for (;;) {
        const bool has_both = methods.has_left(method::none) && methods.has_left(method::password);
        question rest;
        rest.methods = methods.left();
        rest.log_in = may_log_in() && methods.has_left(method::password);
        rest.nudges = !all_.either.was_asked();
        answer said;
        co_await ask(said, rest);
        if (has_both && (said.method || !all_.either.was_asked()))
            all_.either = said;
        switch (methods.hear(said, all_)) {
        case elimination::outcome::more:
            break;
        case elimination::outcome::settled:
            co_return true;
        case elimination::outcome::doubtful:
            co_await ask_in_doubt(methods, said);
            co_return true;
        case elimination::outcome::useless:
            co_return !all_.either.method && is_no_socks5(said);
        }
    }
}

// The common methods by themselves; the others are asked for later if that makes a difference.
asio::awaitable<void> interview::ask_in_doubt(const elimination& methods, const answer& said) {
    static constexpr std::array common{method::none, method::password};
    bool has_one = false;
    for (const method each : common) {
        if (!methods.has_left(each))
            continue;
        question only = offer(each);
        only.log_in = may_log_in() && each == method::password;
        answer& about = answer_about(each, all_);
        co_await ask(about, only);
        has_one = has_one || about.method.value_or(0xFF) != 0xFF;
    }
    if (!has_one)
        methods.refuse_rest(said, all_);
}

asio::awaitable<void> interview::ask_singly() {
    // What it prefers tells something about it, but nothing about its methods.
    const bool asks_preference =
        !all_.either.method && (!wants(probe_group::auth) || !only_asks_cheaply());
    const bool is_second_try = all_.either.was_asked() && !all_.either.method;
    if (asks_preference) {
        question both = offer(method::none, method::password);
        both.nudges = !is_second_try;
        both.hurries = is_second_try;
        answer said;
        co_await ask(said, both);
        if (!is_second_try || said.method || !said.foreign.empty())
            all_.either = said;
        if (is_no_socks5(said) || said.how == ending::timeout)
            co_return;
    }
    const bool needs_none = wants(probe_group::auth) || all_.either.method != 0x00;
    if (needs_none && !all_.none.was_asked()) {
        question none = offer(method::none);
        none.hurries = is_second_try;
        co_await ask(all_.none, none);
        const answer& said = all_.none;
        if (!said.method && !all_.either.method)
            co_return;
    }
    if (!wants(probe_group::auth) && !all_.has_login && all_.enters_freely())
        co_return;
    if (all_.password.was_asked())
        co_return;
    question password = offer(method::password);
    password.log_in = may_log_in();
    co_await ask(all_.password, password);
}

// All that are left at once: most proxies refuse them together, in one connection.
asio::awaitable<void> interview::ask_methods() {
    if (all_.unassigned.was_asked())
        co_return;
    co_await ask(all_.unassigned, offer(method::gssapi, method::chap, unassigned_method));
    const bool is_refused = !all_.unassigned.method || all_.unassigned.method == 0xFF;
    if (is_refused) {
        all_.gssapi = all_.unassigned;
        all_.chap = all_.unassigned;
        co_return;
    }
    co_await ask(all_.gssapi, offer(method::gssapi));
    co_await ask(all_.chap, offer(method::chap));
    co_await ask(all_.unassigned, offer(unassigned_method));
}

} // namespace sockscat::probing
