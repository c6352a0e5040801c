// SPDX-License-Identifier: MIT
#include "probe/answers/evidence.hpp"
#include "probe/answers/reserved.hpp"
#include "steps.hpp"

#include <array>
#include <span>
#include <utility>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;
using proto::socks5::command;

bool all_are_wanted(const asker& proxy) {
    return proxy.wants(probe_group::commands) && !proxy.said.is_mute();
}

bool resolves_by_both_versions(const asker& proxy) {
    return proxy.wants(probe_group::commands) && proxy.said.resolves() &&
           proxy.said.speaks_socks4();
}

bool is_socks4_lookup_open(const asker& proxy) {
    return !proxy.said[question::socks4_connect].was_asked() && !proxy.said.leaves_connect_open();
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
    return socks5_plan(proxy.said, request{command::udp_associate, proxy.any_sender()});
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
    command_question{question::resolve, all_are_wanted, plan_resolve},
    command_question{question::resolve_ptr, all_are_wanted, plan_resolve_ptr},
    command_question{question::socks4a_resolve, resolves_by_both_versions, plan_socks4_resolve},
};

constexpr std::array in_socks4{
    command_question{question::socks4_connect, is_socks4_lookup_open, plan_socks4_lookup},
    command_question{question::socks4a_resolve, wants_commands, plan_socks4_resolve},
};

asio::awaitable<void> ask_each(asker& proxy, std::span<const command_question> list) {
    for (const command_question& each : list)
        if (each.applies(proxy))
            co_await proxy.ask(each.about, each.plan(proxy));
}

// By hanging up, or by a refusal that it has for whatever it does not know.
bool leaves_socks4_open(const asker& proxy) {
    const answers& said = proxy.said;
    const answer& control = said[question::socks4];
    return control.was_asked() && control.foreign.empty() && !control.was_silent() &&
           !said[question::socks4_bind].was_asked();
}

// A login is demanded in SOCKS5: is it in SOCKS4?
bool may_be_open_in_socks4(const asker& proxy) {
    return proxy.said.speaks_socks5() && !proxy.said.accepts_none() &&
           proxy.wants(probe_group::versions);
}

bool may_tell_version_4(const asker& proxy) {
    return proxy.wants(probe_group::versions) && proxy.said[question::socks4].hung_up();
}

} // namespace

bool accepts_requests(const asker& proxy) {
    return proxy.said.accepts_requests();
}

asio::awaitable<void> ask_what_tells(asker& proxy) {
    answers& said = proxy.said;
    if (said[question::none].at == phase::request && said[question::none].was_silent())
        said[question::connect] = said[question::none]; // not waited for twice
    if (said.facts.wanted != proxy_protocol::socks4 && !proxy.targets().empty())
        co_await ask_about_targets(proxy);
    co_await ask_lookup(proxy);
    co_await ask_control(proxy);
}

asio::awaitable<void> ask_lookup(asker& proxy) {
    if (!proxy.said[question::connect].was_asked() && !proxy.said.leaves_connect_open())
        co_await proxy.ask(question::connect, plan_lookup(proxy));
}

asio::awaitable<void> ask_control(asker& proxy) {
    if (!proxy.said[question::control_command].was_asked())
        co_await proxy.ask(question::control_command, plan_control(proxy));
}

asio::awaitable<void> ask_udp(asker& proxy) {
    if (all_are_wanted(proxy) && !proxy.said[question::udp_associate].was_asked())
        co_await proxy.ask(question::udp_associate, plan_udp(proxy));
}

asio::awaitable<void> ask_commands(asker& proxy) {
    co_await ask_udp(proxy);
    co_await ask_each(proxy, in_socks5);
}

asio::awaitable<void> ask_socks4_lookup(asker& proxy) {
    if (is_socks4_lookup_open(proxy))
        co_await proxy.ask(question::socks4_connect, plan_socks4_lookup(proxy));
}

asio::awaitable<void> ask_socks4_commands(asker& proxy) {
    co_await ask_each(proxy, in_socks4);
}

bool is_bind_wanted(const asker& proxy) {
    return accepts_requests(proxy) && all_are_wanted(proxy);
}

asio::awaitable<void> ask_bind(asker& proxy) {
    co_await proxy.ask(question::bind, plan_bind(proxy));
}

bool is_socks4_bind_wanted(const asker& proxy) {
    const answers& said = proxy.said;
    const bool is_own_version =
        is_there_for_socks4(proxy) || (!said.speaks_socks5() && said.speaks_socks4());
    const bool is_of_use =
        wants_commands(proxy) || (proxy.targets().empty() && !serves_socks4(said));
    return leaves_socks4_open(proxy) && ((is_own_version && is_of_use) ||
                                         may_be_open_in_socks4(proxy) || may_tell_version_4(proxy));
}

asio::awaitable<void> ask_socks4_bind(asker& proxy) {
    exchange_plan plan = plan_socks4_bind(proxy);
    plan.hurries = true;
    co_await proxy.ask(question::socks4_bind, std::move(plan));
}

} // namespace sockscat::probing
