// SPDX-License-Identifier: MIT
#include "probe/answers/reserved.hpp"
#include "steps.hpp"

#include <utility>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;

// What came instead of an answer in SOCKS5.
const answer& greeting(const asker& proxy) {
    const answer& either = proxy.said[question::either];
    return either.was_asked() ? either : proxy.said[question::none];
}

} // namespace

bool is_meant_for_socks4(const asker& proxy) {
    return proxy.said.facts.wanted == proxy_protocol::socks4;
}

bool is_there_for_socks4(const asker& proxy) {
    return is_meant_for_socks4(proxy) && proxy.said[question::socks4].how != ending::unreachable;
}

bool may_speak_socks5(const asker& proxy) {
    const answer& said = proxy.said[question::socks4];
    return !said.was_asked() || (said.how != ending::unreachable && !said.was_silent());
}

bool may_speak_socks4_only(const asker& proxy) {
    if (proxy.said.speaks_socks5() || proxy.said[question::socks4].was_asked())
        return false;
    const answer& said = greeting(proxy);
    return said.hung_up() ||
           (!said.foreign.empty() && (said.foreign[0] == 0 || said.foreign[0] == socks4::version));
}

bool speaks_socks4_only(const asker& proxy) {
    return !proxy.said.speaks_socks5() && proxy.said.speaks_socks4() &&
           greeting(proxy).how != ending::unreachable;
}

bool may_speak_socks4_too(const asker& proxy) {
    return proxy.said.speaks_socks5() && proxy.wants(probe_group::versions) &&
           !proxy.said[question::socks4].was_asked();
}

bool may_tell_by_lookup(const asker& proxy) {
    const answers& said = proxy.said;
    const answer& control = said[question::socks4];
    return !said.speaks_socks5() && !said.speaks_socks4() &&
           (control.hung_up() || control.was_silent()) &&
           !said[question::socks4_connect].was_asked();
}

bool is_silent_at_greeting(const asker& proxy) {
    const answer& said = greeting(proxy);
    return said.was_silent() && !said.method && said.foreign.empty() && !proxy.said.speaks_socks5();
}

asio::awaitable<void> ask_socks4(asker& proxy) {
    const request unknown{static_cast<std::uint8_t>(unassigned_command), reserved_destination()};
    co_await proxy.ask(question::socks4, socks4_plan(unknown));
}

// Old ones may wait for more of what they do not know, and some that listen for a peer serve no one
// else meanwhile: so it is the commonest request.
asio::awaitable<void> ask_socks4_once(asker& proxy) {
    exchange_plan lookup = socks4_plan(request{socks4::command::connect, reserved_destination()});
    if (!proxy.said[question::http_connect].was_asked())
        lookup.followed_by = 2; // by HTTP
    co_await proxy.ask(question::socks4_connect, std::move(lookup));
}

} // namespace sockscat::probing
