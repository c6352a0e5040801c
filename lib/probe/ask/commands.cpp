// SPDX-License-Identifier: MIT
#include "probe/answers/reserved.hpp"
#include "steps.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;
using proto::socks5::command;

bool has_named_target(const asker& proxy) {
    return std::any_of(proxy.targets().begin(), proxy.targets().end(), [](const address& each) {
        return std::holds_alternative<host_name>(each.host);
    });
}

// The one lookup: also for what the time of a request means, and whether successes are true.
bool needs_lookup(const asker& proxy) {
    const bool is_of_use = proxy.wants(probe_group::commands) ||
                           proxy.wants(probe_group::latency) ||
                           (proxy.wants(probe_group::addresses) && !has_named_target(proxy)) ||
                           !proxy.targets().empty();
    return is_of_use && !proxy.only_asks_cheaply();
}

// UDP of the family by which the proxy was reached.
address anywhere(const asker& proxy) {
    const auto reached = proxy.said.proxy();
    const bool over_ipv6 = reached && std::holds_alternative<ipv6_address>(reached->host);
    return over_ipv6 ? address{ipv6_address{}, 0} : nowhere();
}

bool all_are_wanted(const asker& proxy) {
    return proxy.wants(probe_group::commands) && !proxy.said.is_mute();
}

bool resolves_by_both_versions(const asker& proxy) {
    return proxy.wants(probe_group::commands) && proxy.said.resolves() &&
           proxy.said.speaks_socks4();
}

bool wants_socks4_lookup(const asker& proxy) {
    return proxy.wants(probe_group::commands) || proxy.wants(probe_group::addresses);
}

bool wants_socks4_bind(const asker& proxy) {
    return proxy.wants(probe_group::commands) && !proxy.said[question::socks4_bind].was_asked();
}

bool wants_commands(const asker& proxy) {
    return proxy.wants(probe_group::commands);
}

exchange_plan plan_lookup(const asker& proxy) {
    return socks5_plan(proxy.said, request{command::connect, reserved_destination()});
}

exchange_plan plan_control(const asker& proxy) {
    return socks5_plan(proxy.said, request{unassigned_command, nowhere()});
}

exchange_plan plan_bind(const asker& proxy) {
    return socks5_plan(proxy.said, request{command::bind, nowhere()});
}

exchange_plan plan_udp(const asker& proxy) {
    return socks5_plan(proxy.said, request{command::udp_associate, anywhere(proxy)});
}

exchange_plan plan_resolve(const asker& proxy) {
    return socks5_plan(proxy.said, request{command::resolve, literal_name()});
}

exchange_plan plan_resolve_ptr(const asker& proxy) {
    return socks5_plan(proxy.said, request{command::resolve_ptr, nowhere()});
}

exchange_plan plan_socks4_lookup(const asker&) {
    return socks4_plan(request{socks4::command::connect, reserved_destination()});
}

exchange_plan plan_socks4_bind(const asker&) {
    return socks4_plan(request{socks4::command::bind, nowhere()});
}

exchange_plan plan_socks4_resolve(const asker&) {
    return socks4_plan(request{socks4::command::resolve, literal_name()});
}

struct command_question {
    question about;
    bool (*applies)(const asker&);
    exchange_plan (*plan)(const asker&);
};

constexpr std::array in_socks5{
    command_question{question::connect, needs_lookup, plan_lookup},
    command_question{question::control_command, needs_lookup, plan_control},
    command_question{question::bind, all_are_wanted, plan_bind},
    command_question{question::udp_associate, all_are_wanted, plan_udp},
    command_question{question::resolve, all_are_wanted, plan_resolve},
    command_question{question::resolve_ptr, all_are_wanted, plan_resolve_ptr},
    command_question{question::socks4a_resolve, resolves_by_both_versions, plan_socks4_resolve},
};

constexpr std::array in_socks4{
    command_question{question::socks4_connect, wants_socks4_lookup, plan_socks4_lookup},
    command_question{question::socks4_bind, wants_socks4_bind, plan_socks4_bind},
    command_question{question::socks4a_resolve, wants_commands, plan_socks4_resolve},
};

asio::awaitable<void> ask_each(asker& proxy, std::span<const command_question> list) {
    for (const command_question& each : list)
        if (each.applies(proxy))
            co_await proxy.ask(each.about, each.plan(proxy));
}

} // namespace

bool accepts_requests(const asker& proxy) {
    return proxy.said.accepts_requests();
}

asio::awaitable<void> ask_commands(asker& proxy) {
    co_await ask_each(proxy, in_socks5);
}

asio::awaitable<void> ask_socks4_commands(asker& proxy) {
    co_await ask_each(proxy, in_socks4);
}

} // namespace sockscat::probing
