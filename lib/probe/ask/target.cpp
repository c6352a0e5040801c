// SPDX-License-Identifier: MIT
#include "target.hpp"

#include "net/session/another_address.hpp"
#include "net/session/chain.hpp"
#include "net/within.hpp"
#include "probe/answers/evidence.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace sockscat::probing {
namespace {

using std::chrono::milliseconds;

// How long a target may take to say something by itself, or to hang up; longer if the proxy grants
// before it connects.
constexpr milliseconds usual_wait{150};
constexpr milliseconds early_wait{1'000};

bool is_ipv6(const address& each) {
    return std::holds_alternative<ipv6_address>(each.host);
}

// What to ask for, as connect does it at this URL; in SOCKS4 without what is IPv6.
asio::awaitable<result<std::vector<address>>> addresses_of(
    const asker& proxy, const address& target, version by) {
    const proxy_spec& hop = proxy.connection().chain.back();
    net::setup nobody{nullptr};
    auto asking =
        net::candidates(hop, proxy.connection().family, target, failure::negative_answer, nobody);
    auto found = co_await net::within(proxy.said.facts.limit, std::move(asking));
    if (!found)
        co_return error{
            failure::timeout, phase::lookup, "no address within " + proxy.said.facts.limit_text()};
    if (!*found)
        co_return found->error();
    std::vector<address> out = std::move(*found).value();
    if (by == version::socks4)
        out.erase(std::remove_if(out.begin(), out.end(), is_ipv6), out.end());
    if (out.empty() && std::holds_alternative<host_name>(target.host))
        co_return error{failure::negative_answer, phase::lookup, "it has no IPv4 address"};
    co_return std::move(out);
}

// How many others wait for their turn, HTTP among them.
std::size_t count_behind(const asker& proxy) {
    constexpr std::size_t of_http = 2;
    return proxy.targets().size() - proxy.said.targets.size() - 1 + of_http;
}

// The proxy could not reach this address; it may reach another one of the same name.
bool is_worth_another(const answer& got) {
    if (!got.code || got.granted())
        return false;
    if (got.reply[0] != proto::socks5::version)
        return true;
    return net::is_about_address(static_cast<socks5_reply>(*got.code));
}

asio::awaitable<void> ask_for(
    asker& proxy, target_answer& at, const std::vector<address>& addresses, version by) {
    for (const address& each : addresses) {
        exchange_plan plan = plan_target(proxy, each, by);
        if (by == version::socks4)
            plan.followed_by = count_behind(proxy);
        answer got = co_await proxy.ask(std::move(plan));
        if (!got.was_asked())
            co_return;
        if (each != at.target)
            at.found = each;
        at.tcp = std::move(got);
        if (!is_worth_another(at.tcp))
            co_return;
    }
}

} // namespace

bool is_vain(const asker& proxy, const address& target) {
    const auto& asked = proxy.said.targets;
    return std::any_of(asked.begin(), asked.end(), [&](const target_answer& each) {
        return each.target == target && each.tcp.was_silent();
    });
}

exchange_plan plan_target(const asker& proxy, const address& to, version by) {
    const request asks{proto::socks5::command::connect, to}; // 1 in SOCKS4 as well
    const bool is_4 = by == version::socks4;
    const answers& said = proxy.said;
    exchange_plan plan = is_4 ? socks4_plan(asks) : socks5_plan(said, asks);
    const bool is_early = is_4 ? said.grants_early_in_socks4() : said.grants_early_in_socks5();
    plan.lingers = is_early ? early_wait : usual_wait;
    return plan;
}

asio::awaitable<void> ask_about_target(asker& proxy, target_answer& at, version by) {
    if (is_vain(proxy, at.target))
        co_return;
    const auto addresses = co_await addresses_of(proxy, at.target, by);
    if (addresses)
        co_await ask_for(proxy, at, addresses.value(), by);
    else
        at.unknown = addresses.error();
}

asio::awaitable<void> ask_again_if_granted_early(asker& proxy, target_answer& at, version by) {
    const answer& got = at.tcp;
    if (!is_granted_early(got, proxy.said) || !got.payload.empty() || got.closed_at_once)
        co_return;
    answer again = co_await proxy.ask(plan_target(proxy, at.asked_for(), by));
    if (again.was_asked())
        at.tcp = std::move(again);
}

} // namespace sockscat::probing
