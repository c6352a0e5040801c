// SPDX-License-Identifier: MIT
#include "steps.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace sockscat::probing {
namespace {

// The first that was replied to, if they have been asked for.
const address* measured_target(const asker& proxy) {
    const auto& asked = proxy.said.targets;
    if (asked.empty())
        return proxy.targets().empty() || proxy.said.is_mute() ? nullptr : &proxy.targets().front();
    const auto found = std::find_if(asked.begin(), asked.end(), [](const target_answer& each) {
        return each.tcp.was_asked() && !each.tcp.was_silent();
    });
    return found == asked.end() ? nullptr : &found->asked_for();
}

} // namespace

bool is_latency_wanted(const asker& proxy) {
    return proxy.wants(probe_group::latency) && proxy.said.accepts_requests();
}

// What got no reply is measured without: the phases before it are worth knowing.
asio::awaitable<void> ask_for_latency(asker& proxy) {
    std::optional<request> asks;
    if (const address* const target = measured_target(proxy))
        asks.emplace(proto::socks5::command::connect, *target);
    auto& runs = proxy.said.runs;
    while (runs.size() < proxy.options().runs) {
        answer run = co_await proxy.ask(socks5_plan(proxy.said, asks));
        if (!run.was_asked())
            co_return;
        if (asks && run.was_silent()) {
            asks.reset();
            continue;
        }
        const bool failed = run.how != ending::answered;
        runs.push_back(std::move(run));
        if (failed)
            co_return;
    }
}

} // namespace sockscat::probing
