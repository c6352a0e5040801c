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

// Each looks at what is known when its turn comes.
constexpr std::array steps{
    // The version of its URL.
    step{is_meant_for_socks4, ask_socks4},
    step{may_speak_socks5, ask_methods},

    // It does not speak SOCKS5: what else?
    step{may_speak_socks4_only, ask_socks4},
    step{speaks_socks4_only, ask_socks4_commands},
    step{speaks_socks4_only, ask_socks4_about_each_target},
    step{speaks_socks4_only, ask_socks4_about_targets},

    // It speaks SOCKS5.
    step{needs_rare_methods, ask_rare_methods},
    step{may_speak_socks4_too, ask_socks4},
    step{accepts_requests, ask_commands},
    step{accepts_requests, ask_about_targets},
    step{is_version_4_wanted_too, ask_socks4_about_targets},

    step{may_speak_tls, ask_tls},

    step{is_latency_wanted, ask_pipelined},
    step{is_latency_wanted, ask_for_latency},
};

} // namespace

asio::awaitable<void> ask_in_order(asker& proxy) {
    for (const step& each : steps)
        if (each.applies(proxy))
            co_await each.ask(proxy);
}

} // namespace sockscat::probing
