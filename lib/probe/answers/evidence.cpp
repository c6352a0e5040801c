// SPDX-License-Identifier: MIT
#include "evidence.hpp"

#include "http.hpp"

#include <algorithm>
#include <array>

namespace sockscat::probing {
namespace {

bool is_socks5(const answer& got) {
    return !got.reply.empty() && got.reply[0] == 0x05;
}

constexpr std::array controls{
    question::connect, question::control_command, question::socks4, question::socks4_connect};

bool is_no(const answer& got) {
    return got.code == socks5_reply::not_allowed || got.code == socks5_reply::command_not_supported;
}

bool any_target_met(const answers& all, bool by_socks5) {
    return std::any_of(all.targets.begin(), all.targets.end(), [&](const target_answer& each) {
        return is_socks5(each.tcp) == by_socks5 && is_target_met(each, all);
    });
}

bool is_about_socks4(const answers& all) {
    return all.facts.wanted == proxy_protocol::socks4;
}

bool is_same_host(const address& bound, const address& proxy) {
    return bound.host == proxy.host || (is_loopback(bound.host) && is_loopback(proxy.host));
}

} // namespace

bool is_answered_in_full(const answer& got) {
    return got.code && (!got.granted() || got.bound);
}

bool is_granted_in_earnest(const answer& got, const answers& all) {
    const answer& control = all[is_socks5(got) ? question::control_command : question::socks4];
    return got.granted() && got.bound && !control.granted();
}

bool is_granted_early(const answer& got, const answers& all) {
    if (!got.granted())
        return false;
    return is_socks5(got) ? all.grants_early_in_socks5() : all.grants_early_in_socks4();
}

bool is_refused_like_a_control(const answer& got, const answers& all) {
    if (!got.code || got.granted())
        return false;
    return std::any_of(controls.begin(), controls.end(), [&](question about) {
        const answer& control = all[about];
        return &control != &got && control.code == got.code && is_socks5(control) == is_socks5(got);
    });
}

bool knows_connect(const answers& all) {
    const answer& got = all[question::connect];
    const answer& control = all[question::control_command];
    return is_answered_in_full(got) && !is_no(got) && control.was_asked() &&
           control.code != got.code;
}

target_status status_of(const target_answer& at, const answers& all) {
    const answer& got = at.tcp;
    if (at.unknown)
        return target_status::failed;
    if (got.http)
        return is_http_target_reached(got, all) ? target_status::reached : target_status::failed;
    if (!got.foreign.empty())
        return target_status::failed;
    if (!is_answered_in_full(got))
        return target_status::no_reply;
    if (got.granted())
        return got.closed_at_once && is_granted_early(got, all) ? target_status::failed
                                                                : target_status::reached;
    const bool is_refusal = got.code == socks5_reply::connection_refused && is_socks5(got);
    return is_refusal && !is_refused_like_a_control(got, all) ? target_status::refused
                                                              : target_status::failed;
}

bool is_target_met(const target_answer& at, const answers& all) {
    const target_status status = status_of(at, all);
    return status == target_status::reached || status == target_status::refused;
}

bool is_any_target_met(const answers& all) {
    return any_target_met(all, true) || any_target_met(all, false);
}

bool is_any_target_reached(const answers& all) {
    return std::any_of(all.targets.begin(), all.targets.end(), [&](const target_answer& each) {
        return status_of(each, all) == target_status::reached;
    });
}

bool serves_socks5(const answers& all) {
    return knows_connect(all) || is_granted_in_earnest(all[question::bind], all) ||
           is_granted_in_earnest(all[question::udp_associate], all) || all.resolves() ||
           any_target_met(all, true);
}

bool serves_socks4(const answers& all) {
    constexpr std::array asked{
        question::socks4_target, question::socks4a_target, question::socks4_connect,
        question::socks4_bind};
    return any_target_met(all, false) || is_genuine_resolve(all[question::socks4a_resolve]) ||
           std::any_of(asked.begin(), asked.end(), [&](question about) {
               return is_granted_in_earnest(all[about], all);
           });
}

bool serves(const answers& all) {
    return is_about_socks4(all) ? serves_socks4(all) : serves_socks5(all);
}

bool grants_early(const answers& all) {
    return is_about_socks4(all) ? all.grants_early_in_socks4() : all.grants_early_in_socks5();
}

const answer& lookup_of(const answers& all) {
    return all[is_about_socks4(all) ? question::socks4_connect : question::connect];
}

const answer& control_of(const answers& all) {
    return all[is_about_socks4(all) ? question::socks4 : question::control_command];
}

bool serves_without_login(const answers& all) {
    const answer& alone = all[question::none];
    const answer& said = alone.was_asked() ? alone : all[question::either];
    if (said.method != 0x00)
        return false;
    if (!all.logged_in())
        return serves_socks5(all);
    if (!is_answered_in_full(alone) || is_no(alone))
        return false;
    return alone.granted() ? is_granted_in_earnest(alone, all)
                           : knows_connect(all) && alone.code == all[question::connect].code;
}

bool serves_after_login(const answers& all) {
    return all.logged_in() && serves_socks5(all);
}

bool denies_everything(const answers& all) {
    return all[question::connect].code == socks5_reply::not_allowed && !serves_socks5(all);
}

bind_use use_of_bound(const address& bound, const answers& all) {
    if (bound.port == 0)
        return bind_use::port_0;
    const auto proxy = all.proxy();
    const bool is_own_port = bound.port == (proxy ? proxy->port : all.facts.port);
    if (is_own_port && (is_unspecified(bound.host) || (proxy && is_same_host(bound, *proxy))))
        return bind_use::own_listener;
    if (is_loopback(bound.host) && proxy && !is_loopback(proxy->host))
        return bind_use::loopback;
    return bind_use::usable;
}

} // namespace sockscat::probing
