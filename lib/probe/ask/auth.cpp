// SPDX-License-Identifier: MIT
#include "elimination.hpp"
#include "probe/answers/reserved.hpp"
#include "steps.hpp"

#include <array>

namespace sockscat::probing {
namespace {

using proto::socks5::method;

bool is_no_socks5(const answer& said) {
    return said.how == ending::unreachable || !said.foreign.empty();
}

// Before any login: some proxies accept everyone from an address that has logged in once.
exchange_plan plan_for_none_before_login() {
    exchange_plan out = offer(method::none);
    out.asks.emplace(proto::socks5::command::connect, reserved_destination());
    out.nudges = true;
    return out;
}

exchange_plan plan_for_password(const asker& proxy) {
    exchange_plan out = offer(method::password);
    out.log_in = proxy.may_log_in();
    return out;
}

exchange_plan plan_for_rest(const asker& proxy, const elimination& methods) {
    exchange_plan out;
    out.methods = methods.left();
    out.log_in = proxy.may_log_in() && methods.has_left(method::password);
    out.nudges = !proxy.said[question::either].was_asked() && !proxy.may_log_in();
    out.hurries = proxy.said.speaks_socks4(); // it is asked only in case
    return out;
}

// The common methods by themselves; the others are asked for later if that makes a difference.
asio::awaitable<void> ask_in_doubt(
    asker& proxy, const elimination& methods, const answer& refusal) {
    static constexpr std::array common{method::none, method::password};
    bool has_one = false;
    for (const method each : common) {
        if (!methods.has_left(each))
            continue;
        const question about = question_about(each);
        exchange_plan only = each == method::password ? plan_for_password(proxy) : offer(each);
        if (!proxy.said[about].was_asked())
            co_await proxy.ask(about, std::move(only));
        has_one = has_one || proxy.said[about].method.value_or(0xFF) != 0xFF;
    }
    if (!has_one)
        methods.refuse_rest(refusal, proxy.said);
}

// False if each method is to be asked for by itself.
asio::awaitable<bool> ask_by_elimination(asker& proxy) {
    answer& either = proxy.said[question::either];
    elimination methods{proxy.wants(probe_group::tls) && !proxy.said.facts.over_tls};
    for (;;) {
        const bool has_both = methods.has_left(method::none) && methods.has_left(method::password);
        const answer got = co_await proxy.ask(plan_for_rest(proxy, methods));
        if (has_both && (got.method || !either.was_asked()))
            either = got;
        switch (methods.hear(got, proxy.said)) {
        case elimination::outcome::more:
            break;
        case elimination::outcome::settled:
            co_return true;
        case elimination::outcome::doubtful:
            co_await ask_in_doubt(proxy, methods, got);
            co_return true;
        case elimination::outcome::useless:
            co_return !either.method && is_no_socks5(got);
        }
    }
}

// What it prefers says something about it, but nothing about its methods. False if that was not to
// be learnt at all.
asio::awaitable<bool> ask_for_preference(asker& proxy, bool is_second_try) {
    exchange_plan both = offer(method::none, method::password);
    both.nudges = !is_second_try;
    both.hurries = is_second_try || proxy.said.speaks_socks4();
    if (is_second_try && !proxy.said.speaks_socks4())
        both.followed_by = 3; // by SOCKS4, and HTTP
    answer got = co_await proxy.ask(std::move(both));
    const bool goes_on = !is_no_socks5(got) && got.how != ending::timeout;
    if (!is_second_try || got.method || !got.foreign.empty())
        proxy.said[question::either] = std::move(got);
    co_return goes_on;
}

asio::awaitable<void> ask_singly(asker& proxy) {
    answers& said = proxy.said;
    const answer& either = said[question::either];
    const bool wants_all = proxy.wants(probe_group::auth);
    const bool is_second_try = either.was_asked() && !either.method;
    const bool asks_preference = !either.method && (!wants_all || !proxy.only_asks_cheaply());
    if (asks_preference) {
        const bool goes_on = co_await ask_for_preference(proxy, is_second_try);
        if (!goes_on)
            co_return;
    }
    const bool needs_none = wants_all || either.method != 0x00;
    if (needs_none && !said[question::none].was_asked()) {
        exchange_plan none = offer(method::none);
        none.hurries = is_second_try;
        co_await proxy.ask(question::none, std::move(none));
        if (!said[question::none].method && !either.method)
            co_return;
    }
    const bool is_open = !said.facts.has_login && said.accepts_none();
    if ((is_open && !wants_all) || said[question::password].was_asked())
        co_return;
    co_await proxy.ask(question::password, plan_for_password(proxy));
}

} // namespace

asio::awaitable<void> ask_methods(asker& proxy) {
    if (proxy.may_log_in()) {
        co_await proxy.ask(question::none, plan_for_none_before_login());
        const answer& first = proxy.said[question::none];
        const bool is_hopeless = !first.method && (is_no_socks5(first) || first.was_silent());
        if (is_hopeless)
            co_return;
    }
    if (proxy.wants(probe_group::auth)) {
        const bool is_known = co_await ask_by_elimination(proxy);
        if (is_known)
            co_return;
    }
    co_await ask_singly(proxy);
}

bool needs_rare_methods(const asker& proxy) {
    const bool makes_a_difference =
        proxy.wants(probe_group::auth) || !proxy.said.accepts_requests();
    return proxy.said.speaks_socks5() && makes_a_difference &&
           !proxy.said[question::control_method].was_asked();
}

// All that are left together: most proxies refuse them together, in one connection.
asio::awaitable<void> ask_rare_methods(asker& proxy) {
    answers& said = proxy.said;
    co_await proxy.ask(
        question::control_method, offer(method::gssapi, method::chap, unassigned_method));
    const answer& control = said[question::control_method];
    const bool is_refused = !control.method || control.method == 0xFF;
    if (is_refused) {
        said[question::gssapi] = control;
        said[question::chap] = control;
        co_return;
    }
    co_await proxy.ask(question::gssapi, offer(method::gssapi));
    co_await proxy.ask(question::chap, offer(method::chap));
    co_await proxy.ask(question::control_method, offer(unassigned_method));
}

} // namespace sockscat::probing
