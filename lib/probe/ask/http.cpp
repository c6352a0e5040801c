// SPDX-License-Identifier: MIT
#include "probe/answers/http.hpp"
#include "probe/answers/reserved.hpp"
#include "proto/peer.hpp"
#include "steps.hpp"

#include <utility>

namespace sockscat::probing {
namespace {

using proto::socks5::method;
using std::chrono::milliseconds;

constexpr milliseconds usual_wait{150};
constexpr milliseconds early_wait{1'000};

exchange_plan http_plan(const address& to, bool log_in) {
    exchange_plan out;
    out.speaks = exchange_plan::protocol::http;
    out.asks.emplace(proto::socks5::command::connect, to);
    out.log_in = log_in;
    return out;
}

// The port of TLS: many proxies connect to no other.
address reserved_web_server() {
    return address{host_name{reserved_name}, 443};
}

// After this reply to a request without it.
bool is_login_worth_trying(const asker& proxy, const answer& said) {
    const bool has_no_basic = outcome_of(said) == http_outcome::needs_login &&
                              !said.http->schemes.empty() && !offers_scheme(said, "Basic");
    return proxy.said.facts.has_login && said.http && !has_no_basic;
}

asio::awaitable<void> log_in_to_http(asker& proxy) {
    co_await proxy.ask(question::http_login, http_plan(reserved_web_server(), true));
}

asio::awaitable<void> ask_http_connect(asker& proxy) {
    exchange_plan plan = http_plan(reserved_web_server(), false);
    plan.hurries = !is_meant_for_http(proxy) && proxy.said.first().was_silent();
    if (plan.hurries)
        plan.followed_by = 1; // by the control
    co_await proxy.ask(question::http_connect, std::move(plan));
}

asio::awaitable<void> ask_http_control(asker& proxy) {
    exchange_plan control = http_plan(reserved_web_server(), uses_http_login(proxy.said));
    control.asks->command = static_cast<std::uint8_t>(unassigned_command);
    control.hurries = !is_meant_for_http(proxy);
    co_await proxy.ask(question::http_control, std::move(control));
}

asio::awaitable<void> ask_http_page(asker& proxy) {
    exchange_plan page = http_plan(reserved_web_server(), false);
    page.wants_page = true;
    page.hurries = true;
    co_await proxy.ask(question::http_page, std::move(page));
}

asio::awaitable<answer> ask_target(asker& proxy, const address& target) {
    exchange_plan plan = http_plan(target, uses_http_login(proxy.said));
    plan.lingers = grants_http_early(proxy.said) ? early_wait : usual_wait;
    co_return co_await proxy.ask(std::move(plan));
}

// It may demand the login for a target only.
bool demands_login_late(const asker& proxy, const answer& got) {
    return outcome_of(got) == http_outcome::needs_login && !uses_http_login(proxy.said) &&
           is_login_worth_trying(proxy, got);
}

asio::awaitable<void> ask_targets(asker& proxy) {
    for (const address& target : proxy.targets()) {
        target_answer at;
        at.target = target;
        at.tcp = co_await ask_target(proxy, target);
        if (demands_login_late(proxy, at.tcp)) {
            co_await log_in_to_http(proxy);
            if (!is_locked_out(proxy.said))
                at.tcp = co_await ask_target(proxy, target);
        }
        proxy.said.targets.push_back(std::move(at));
    }
}

// The reply to HTTP does not tell: Tor also answers HTTP.
asio::awaitable<void> ask_whether_it_speaks_socks(asker& proxy) {
    answers& said = proxy.said;
    exchange_plan greeting = offer(method::none, method::password);
    greeting.hurries = true;
    co_await proxy.ask(question::either, std::move(greeting));
    if (said.speaks_socks5() || is_http_proxy(said))
        co_return;
    exchange_plan version4 =
        socks4_plan(request{static_cast<std::uint8_t>(unassigned_command), reserved_destination()});
    version4.hurries = true;
    co_await proxy.ask(question::socks4, std::move(version4));
}

bool may_be_tls(const answers& all) {
    constexpr std::uint8_t alert = 0x15;
    const answer& said = all[question::http_connect];
    const bool is_alert = !said.foreign.empty() && said.foreign[0] == alert;
    return !all.facts.over_tls && !all.speaks_socks5() && !all.speaks_socks4() &&
           (said.hung_up() || is_alert);
}

asio::awaitable<void> measure(asker& proxy) {
    const address* target = nullptr;
    for (const target_answer& each : proxy.said.targets)
        if (target == nullptr && each.tcp.http)
            target = &each.target;
    auto& runs = proxy.said.runs;
    while (runs.size() < proxy.options().runs) {
        exchange_plan plan = http_plan(reserved_web_server(), uses_http_login(proxy.said));
        if (target == nullptr)
            plan.asks.reset();
        else
            plan.asks->destination = *target;
        answer run = co_await proxy.ask(std::move(plan));
        if (!run.was_asked())
            co_return;
        const bool has_failed = run.how != ending::answered;
        runs.push_back(std::move(run));
        if (has_failed)
            co_return;
    }
}

} // namespace

bool is_meant_for_http(const asker& proxy) {
    return proxy.said.facts.wanted == proxy_protocol::http;
}

bool may_be_http_proxy(const asker& proxy) {
    const answers& said = proxy.said;
    const answer& first = said.first();
    return !said.speaks_socks5() && !said.speaks_socks4() &&
           (first.was_silent() || proto::classify(first.foreign) == peer_kind::http);
}

bool may_be_http_proxy_that_closes(const asker& proxy) {
    const answers& said = proxy.said;
    return !said.speaks_socks5() && !said.speaks_socks4() && said.first().hung_up();
}

asio::awaitable<void> ask_http_once(asker& proxy) {
    co_await ask_http_connect(proxy);
    const answer& said = proxy.said[question::http_connect];
    const http_outcome outcome = outcome_of(said);
    const bool is_denied = outcome == http_outcome::denied;
    const bool is_tried = outcome == http_outcome::granted || outcome == http_outcome::refused;
    if (is_denied || is_tried || said.was_silent())
        co_await ask_http_control(proxy);
    const bool is_trouble = is_tried && said.http->status / 100 == 5;
    if (is_denied || is_trouble)
        co_await ask_http_page(proxy);
}

asio::awaitable<void> ask_http(asker& proxy) {
    answers& said = proxy.said;
    co_await ask_http_connect(proxy);
    const answer& first = said[question::http_connect];
    if (first.how == ending::unreachable)
        co_return;
    if (is_login_worth_trying(proxy, first))
        co_await log_in_to_http(proxy);
    const bool may_ask = !is_locked_out(said);
    // One that says nothing is sooner asked what else it may be.
    if (!first.http)
        co_await ask_whether_it_speaks_socks(proxy);
    const bool is_socks = said.speaks_socks5() || said.speaks_socks4();
    if (first.foreign.empty() && may_ask && !is_socks)
        co_await ask_http_control(proxy);
    if (first.foreign.empty() && may_ask && !is_socks)
        co_await ask_targets(proxy);
    if (first.http)
        co_await ask_whether_it_speaks_socks(proxy);
    if (may_be_tls(said)) {
        exchange_plan hello = offer(method::none, method::password);
        hello.speaks = exchange_plan::protocol::tls;
        co_await proxy.ask(question::tls, std::move(hello));
    }
    if (proxy.wants(probe_group::latency) && first.http && may_ask)
        co_await measure(proxy);
}

} // namespace sockscat::probing
