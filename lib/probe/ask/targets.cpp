// SPDX-License-Identifier: MIT
#include "dns_question.hpp"
#include "steps.hpp"

#include <algorithm>
#include <utility>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;
using std::chrono::milliseconds;

// How long a target may take to say something by itself, or to hang up; longer if the proxy grants
// before it connects.
constexpr milliseconds usual_wait{150};
constexpr milliseconds early_wait{1'000};
constexpr std::uint16_t dns_port = 53;

// It would be waited for once more what never came.
bool is_vain(const asker& proxy, const address& target) {
    const auto& asked = proxy.said.targets;
    return proxy.said.leaves_connect_open() ||
           std::any_of(asked.begin(), asked.end(), [&](const target_answer& each) {
               return each.target == target && each.tcp.was_silent();
           });
}

template <class Kind>
const address* first_target(const asker& proxy) {
    for (const address& each : proxy.targets())
        if (std::holds_alternative<Kind>(each.host) && !is_vain(proxy, each))
            return &each;
    return nullptr;
}

asio::awaitable<void> ask_name_server(asker& proxy, target_answer& at) {
    at.asked_dns = true;
    const dns_outcome got = co_await ask_dns(proxy.connection(), at.target, proxy.said.logged_in());
    at.dns_ms = got.elapsed_ms;
    at.dns_failure = got.failure;
}

asio::awaitable<void> ask_about_target(asker& proxy, target_answer& at) {
    exchange_plan plan =
        socks5_plan(proxy.said, request{proto::socks5::command::connect, at.target});
    plan.lingers = proxy.said.grants_early() ? early_wait : usual_wait;
    if (!is_vain(proxy, at.target))
        at.tcp = co_await proxy.ask(std::move(plan));
    const bool is_name_server =
        at.target.port == dns_port && proxy.said[question::udp_associate].granted();
    if (is_name_server)
        co_await ask_name_server(proxy, at);
}

asio::awaitable<void> ask_socks4_about_target(asker& proxy, target_answer& at) {
    const bool fits = !std::holds_alternative<ipv6_address>(at.target.host);
    if (fits && !is_vain(proxy, at.target))
        at.tcp = co_await proxy.ask(socks4_plan(request{socks4::command::connect, at.target}));
}

asio::awaitable<void> ask_about_each(
    asker& proxy, asio::awaitable<void> (*ask)(asker&, target_answer&)) {
    for (const address& target : proxy.targets()) {
        target_answer at;
        at.target = target;
        co_await ask(proxy, at);
        proxy.said.targets.push_back(std::move(at));
    }
}

} // namespace

asio::awaitable<void> ask_about_targets(asker& proxy) {
    co_await ask_about_each(proxy, ask_about_target);
}

asio::awaitable<void> ask_socks4_about_each_target(asker& proxy) {
    co_await ask_about_each(proxy, ask_socks4_about_target);
}

bool is_version_4_wanted_too(const asker& proxy) {
    return proxy.said.accepts_requests() && proxy.wants(probe_group::versions);
}

asio::awaitable<void> ask_socks4_about_targets(asker& proxy) {
    const answers& said = proxy.said;
    if (!said[question::socks4].foreign.empty()) // 05 FF leaves no doubt
        co_return;
    const address* const ipv4 = first_target<ipv4_address>(proxy);
    if (ipv4 != nullptr)
        co_await proxy.ask(
            question::socks4_target, socks4_plan(request{socks4::command::connect, *ipv4}));
    const address* named = first_target<host_name>(proxy);
    if (named == nullptr && ipv4 != nullptr && !said[question::socks4_target].was_silent())
        named = ipv4;
    if (named == nullptr)
        co_return;
    const address as_name{host_name{to_string(named->host)}, named->port};
    co_await proxy.ask(
        question::socks4a_target, socks4_plan(request{socks4::command::connect, as_name}));
}

} // namespace sockscat::probing
