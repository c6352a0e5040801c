// SPDX-License-Identifier: MIT
#include "probe/answers/reserved.hpp"
#include "steps.hpp"

#include <algorithm>
#include <utility>

namespace sockscat::probing {
namespace {

using proto::socks5::command;

const target_answer* first_replied(const answers& all) {
    const auto found =
        std::find_if(all.targets.begin(), all.targets.end(), [](const target_answer& each) {
            return each.tcp.code.has_value() && each.tcp.reply[0] == proto::socks5::version;
        });
    return found == all.targets.end() ? nullptr : &*found;
}

// A request that is sure to be answered, and what came of the same alone.
struct sure_request {
    request asks;
    const answer& alone;
};

// Granted if possible, for Tor forgets its first answer over a refusal.
sure_request choose(const asker& proxy) {
    const answers& all = proxy.said;
    if (all.resolves())
        return {{command::resolve, literal_name()}, all[question::resolve]};
    if (all[question::udp_associate].granted())
        return {{command::udp_associate, proxy.any_sender()}, all[question::udp_associate]};
    const target_answer* const target = first_replied(all);
    const answer& control = all[question::control_command];
    if (!control.code && target != nullptr)
        return {{command::connect, target->asked_for()}, target->tcp};
    return {{unassigned_command, nowhere()}, control};
}

} // namespace

asio::awaitable<void> ask_pipelined(asker& proxy) {
    const sure_request chosen = choose(proxy);
    proxy.said[question::unpipelined] = chosen.alone;
    if (chosen.alone.was_silent() || !chosen.alone.was_asked())
        co_return;
    exchange_plan plan = socks5_plan(proxy.said, chosen.asks);
    plan.pipelined = true;
    co_await proxy.ask(question::pipelined, std::move(plan));
}

} // namespace sockscat::probing
