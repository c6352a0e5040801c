// SPDX-License-Identifier: MIT
#include "order.hpp"

#include "steps.hpp"

#include <array>

namespace sockscat::probing {
namespace {

struct step {
    bool (*applies)(const asker&);
    asio::awaitable<void> (*ask)(asker&);
};

// Each looks at what is known when its turn comes. What others may have to wait for comes last: a
// proxy that listens for a peer may serve no one else meanwhile.
constexpr std::array steps{
    // The version of its URL.
    step{is_meant_for_socks4, ask_socks4},
    step{is_there_for_socks4, ask_socks4_about_each_target},
    step{may_speak_socks5, ask_methods},

    // It does not speak SOCKS5: what else?
    step{is_silent_at_greeting, ask_socks4_once},
    step{may_be_http_proxy, ask_http_once},
    step{may_speak_socks4_only, ask_socks4},
    step{may_tell_by_lookup, ask_socks4_once},
    step{may_tell_by_target, ask_socks4_about_targets},
    step{speaks_socks4_only, ask_socks4_about_each_target},
    step{speaks_socks4_only, ask_socks4_commands},
    step{speaks_socks4_only, ask_socks4_about_targets},

    // It speaks SOCKS5.
    step{accepts_requests, ask_what_tells},
    step{needs_rare_methods, ask_rare_methods},
    step{may_speak_socks4_too, ask_socks4},
    step{accepts_requests, ask_commands},
    step{is_version_4_wanted_too, ask_socks4_about_targets},

    step{may_be_http_proxy_that_closes, ask_http_once},
    step{may_speak_tls, ask_tls},

    step{is_latency_wanted, ask_pipelined},
    step{is_latency_wanted, ask_for_latency},

    step{is_socks4_bind_wanted, ask_socks4_bind},
    step{is_bind_wanted, ask_bind},
};

} // namespace

asio::awaitable<void> ask_in_order(asker& proxy) {
    if (is_meant_for_http(proxy)) {
        co_await ask_http(proxy);
        co_return;
    }
    for (const step& each : steps)
        if (each.applies(proxy))
            co_await each.ask(proxy);
}

} // namespace sockscat::probing
