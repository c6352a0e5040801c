// SPDX-License-Identifier: MIT
#include "evidence.hpp"

#include <algorithm>
#include <array>

namespace sockscat::probing {
namespace {

bool is_socks5(const answer& got) {
    return !got.reply.empty() && got.reply[0] == 0x05;
}

constexpr std::array controls{
    question::connect, question::control_command, question::socks4, question::socks4_connect};

} // namespace

bool is_refused_like_a_control(const answer& got, const answers& all) {
    if (!got.code || got.granted())
        return false;
    return std::any_of(controls.begin(), controls.end(), [&](question about) {
        const answer& control = all[about];
        return control.code == got.code && is_socks5(control) == is_socks5(got);
    });
}

bool is_answered_in_full(const answer& got) {
    return got.code && (!got.granted() || got.bound);
}

target_status status_of(const target_answer& at, const answers& all) {
    const answer& got = at.tcp;
    if (!got.foreign.empty())
        return target_status::failed;
    if (!is_answered_in_full(got))
        return target_status::no_reply;
    if (got.granted())
        return got.closed_at_once && all.grants_early() ? target_status::failed
                                                        : target_status::reached;
    const bool is_refusal = got.code == socks5_reply::connection_refused && is_socks5(got);
    return is_refusal && !is_refused_like_a_control(got, all) ? target_status::refused
                                                              : target_status::failed;
}

} // namespace sockscat::probing
