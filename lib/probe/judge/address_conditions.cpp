// SPDX-License-Identifier: MIT
#include "conditions.hpp"
#include "probe/answers/evidence.hpp"

namespace sockscat::probing {
namespace {

// Others than the proxy's neighbours do not reach it.
bool is_private_behind(const address& bound, const address& proxy) {
    return is_private(bound.host) && !is_private(proxy.host);
}

} // namespace

bound_place relay_of(const answers& all) {
    const answer& said = all[question::udp_associate];
    if (said.code != socks5_reply::succeeded || !said.bound)
        return bound_place::none;
    const address& bound = *said.bound;
    if (bound.port == 0)
        return bound_place::port_0;
    if (is_unspecified(bound.host))
        return bound_place::unspecified;
    if (std::holds_alternative<host_name>(bound.host))
        return bound_place::name;
    const auto proxy = all.proxy();
    const bool is_same_machine =
        proxy && is_loopback(bound.host) && is_loopback(proxy->host); // by another address
    if (!proxy || bound.host == proxy->host || is_same_machine)
        return bound_place::none;
    return is_private_behind(bound, *proxy) ? bound_place::private_address
                                            : bound_place::third_host;
}

const address* bound_by_bind(const answers& all) {
    const answer& said = all[all.speaks_socks5() ? question::bind : question::socks4_bind];
    const bool granted = said.code == socks5_reply::succeeded || said.code == socks4_reply::granted;
    return granted && said.bound ? &*said.bound : nullptr;
}

bound_place listener_of(const answers& all) {
    const address* const bound = bound_by_bind(all);
    if (bound == nullptr)
        return bound_place::none;
    const bind_use use = use_of_bound(*bound, all);
    if (use == bind_use::port_0)
        return bound_place::port_0;
    if (use == bind_use::own_listener)
        return bound_place::own_listener;
    if (is_unspecified(bound->host))
        return bound_place::unspecified;
    const auto proxy = all.proxy();
    return proxy && is_private_behind(*bound, *proxy) ? bound_place::private_address
                                                      : bound_place::none;
}

} // namespace sockscat::probing
