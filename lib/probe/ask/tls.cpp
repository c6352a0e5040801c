// SPDX-License-Identifier: MIT
#include "steps.hpp"

namespace sockscat::probing {

using proto::socks5::method;

bool may_speak_tls(const asker& proxy) {
    constexpr std::uint8_t alert = 0x15;
    const answers& said = proxy.said;
    if (said.facts.over_tls)
        return false;
    if (said.speaks_socks5() || speaks_socks4_only(proxy))
        return proxy.wants(probe_group::tls);
    const answer& greeting =
        said[question::either].was_asked() ? said[question::either] : said[question::none];
    return greeting.hung_up() || (!greeting.foreign.empty() && greeting.foreign[0] == alert);
}

// By gost's methods, or for the whole connection.
asio::awaitable<void> ask_tls(asker& proxy) {
    if (proxy.said.speaks_socks5() && !proxy.said[question::gost_tls].was_asked())
        co_await proxy.ask(question::gost_tls, offer(method::gost_tls, method::gost_tls_password));
    if (proxy.said.has_gost_tls())
        co_return;
    exchange_plan hello = offer(method::none, method::password);
    hello.speaks = exchange_plan::protocol::tls;
    co_await proxy.ask(question::tls, std::move(hello));
}

} // namespace sockscat::probing
