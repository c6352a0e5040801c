// SPDX-License-Identifier: MIT
#include "dns_question.hpp"
#include "net/dial/lookup.hpp"
#include "net/within.hpp"
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
    return std::any_of(asked.begin(), asked.end(), [&](const target_answer& each) {
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
    if (at.target.port != dns_port || !proxy.wants(probe_group::commands))
        co_return;
    co_await ask_udp(proxy);
    if (proxy.said[question::udp_associate].granted())
        co_await ask_name_server(proxy, at);
}

// It was granted before it was known that everything is: is it still there in a second?
asio::awaitable<void> ask_again_if_granted_early(asker& proxy, target_answer& at) {
    const answer& got = at.tcp;
    if (!proxy.said.grants_early() || !got.granted() || !got.payload.empty() || got.closed_at_once)
        co_return;
    exchange_plan plan =
        socks5_plan(proxy.said, request{proto::socks5::command::connect, at.target});
    plan.lingers = early_wait;
    answer again = co_await proxy.ask(std::move(plan));
    if (again.was_asked())
        at.tcp = std::move(again);
}

// Where names are looked up on this machine, as connect does it; what has no IPv4 address here goes
// to the proxy as it is.
asio::awaitable<address> as_socks4_sends_it(const asker& proxy, address target) {
    const proxy_spec& hop = proxy.connection().chain.back();
    const auto* const name = std::get_if<host_name>(&target.host);
    if (name == nullptr || hop.names == name_resolution::proxy)
        co_return target;
    auto asking = net::lookup(name->text, address_family::ipv4);
    const auto found = co_await net::within(proxy.said.facts.limit, std::move(asking));
    if (found && !found->addresses.empty())
        if (auto ip = parse_ip(found->addresses.front().to_string()))
            target.host = std::move(ip).value();
    co_return target;
}

asio::awaitable<void> ask_socks4_about_target(asker& proxy, target_answer& at) {
    const bool fits = !std::holds_alternative<ipv6_address>(at.target.host);
    if (!fits || is_vain(proxy, at.target))
        co_return;
    const address sent = co_await as_socks4_sends_it(proxy, at.target);
    at.tcp = co_await proxy.ask(socks4_plan(request{socks4::command::connect, sent}));
}

} // namespace

asio::awaitable<void> ask_about_targets(asker& proxy) {
    auto& asked = proxy.said.targets;
    for (const address& target : proxy.targets()) {
        target_answer at;
        at.target = target;
        co_await ask_about_target(proxy, at);
        asked.push_back(std::move(at));
        if (asked.size() > 1)
            continue;
        co_await ask_control(proxy);
        if (!asked.front().tcp.was_silent())
            co_await ask_lookup(proxy);
        co_await ask_again_if_granted_early(proxy, asked.front());
    }
    co_await ask_lookup(proxy);
}

bool may_tell_by_target(const asker& proxy) {
    const answers& said = proxy.said;
    return !said.speaks_socks5() && !said.speaks_socks4() && !proxy.targets().empty() &&
           said[question::socks4].hung_up();
}

asio::awaitable<void> ask_socks4_about_each_target(asker& proxy) {
    if (!proxy.said.targets.empty())
        co_return;
    for (const address& target : proxy.targets()) {
        target_answer at;
        at.target = target;
        co_await ask_socks4_about_target(proxy, at);
        proxy.said.targets.push_back(std::move(at));
    }
}

bool is_version_4_wanted_too(const asker& proxy) {
    return proxy.said.speaks_socks5() && proxy.wants(probe_group::versions);
}

asio::awaitable<void> ask_socks4_about_targets(asker& proxy) {
    const answers& said = proxy.said;
    if (!said[question::socks4].foreign.empty()) // 05 FF leaves no doubt
        co_return;
    const address* const ipv4 = first_target<ipv4_address>(proxy);
    if (ipv4 != nullptr)
        proxy.said.socks4_tried = *ipv4;
    if (ipv4 != nullptr)
        co_await proxy.ask(
            question::socks4_target, socks4_plan(request{socks4::command::connect, *ipv4}));
    const address* named = first_target<host_name>(proxy);
    if (named == nullptr && ipv4 != nullptr && !said[question::socks4_target].was_silent())
        named = ipv4;
    if (named == nullptr)
        co_return;
    proxy.said.socks4a_tried = *named;
    const address as_name{host_name{to_string(named->host)}, named->port};
    co_await proxy.ask(
        question::socks4a_target, socks4_plan(request{socks4::command::connect, as_name}));
}

} // namespace sockscat::probing
