// SPDX-License-Identifier: MIT
#include "dns_question.hpp"
#include "steps.hpp"
#include "target.hpp"

#include <utility>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;
constexpr std::uint16_t dns_port = 53;

template <class Kind>
const address* first_target(const asker& proxy) {
    for (const address& each : proxy.targets())
        if (std::holds_alternative<Kind>(each.host) && !is_vain(proxy, each))
            return &each;
    return nullptr;
}

asio::awaitable<void> ask_name_server(asker& proxy, target_answer& at) {
    if (at.target.port != dns_port || !proxy.wants(probe_group::commands) || at.unknown)
        co_return;
    co_await ask_udp(proxy);
    if (!proxy.said[question::udp_associate].granted())
        co_return;
    at.asked_dns = true;
    const dns_outcome got =
        co_await ask_dns(proxy.connection(), at.asked_for(), proxy.said.logged_in());
    at.dns_ms = got.elapsed_ms;
    at.dns_failure = got.failure;
}

// What cannot work, to compare the first target with.
asio::awaitable<void> ask_controls(asker& proxy, const answer& first, version by) {
    if (by == version::socks5) {
        co_await ask_control(proxy);
        if (!first.was_silent())
            co_await ask_lookup(proxy);
    } else if (first.granted() && first.payload.empty()) {
        co_await ask_socks4_lookup(proxy);
    }
}

asio::awaitable<void> ask_about_each_target(asker& proxy, version by) {
    auto& asked = proxy.said.targets;
    for (const address& target : proxy.targets()) {
        target_answer at;
        at.target = target;
        co_await ask_about_target(proxy, at, by);
        if (by == version::socks5)
            co_await ask_name_server(proxy, at);
        asked.push_back(std::move(at));
        if (asked.size() > 1)
            continue;
        co_await ask_controls(proxy, asked.front().tcp, by);
        co_await ask_again_if_granted_early(proxy, asked.front(), by);
    }
}

// What the proxy makes of a name, where targets are not sent as names.
asio::awaitable<void> ask_by_name(asker& proxy) {
    const address* const named = first_target<host_name>(proxy);
    const bool is_wanted = proxy.said.facts.resolves_here && proxy.wants(probe_group::addresses);
    if (named == nullptr || !is_wanted)
        co_return;
    target_answer& at = proxy.said.by_name.emplace();
    at.target = *named;
    at.tcp = co_await proxy.ask(plan_target(proxy, *named, version::socks5));
}

} // namespace

asio::awaitable<void> ask_about_targets(asker& proxy) {
    co_await ask_about_each_target(proxy, version::socks5);
    co_await ask_lookup(proxy);
    co_await ask_by_name(proxy);
}

bool may_tell_by_target(const asker& proxy) {
    const answers& said = proxy.said;
    return !said.speaks_socks5() && !said.speaks_socks4() && !proxy.targets().empty() &&
           said[question::socks4].hung_up();
}

asio::awaitable<void> ask_socks4_about_each_target(asker& proxy) {
    if (proxy.said.targets.empty())
        co_await ask_about_each_target(proxy, version::socks4);
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
