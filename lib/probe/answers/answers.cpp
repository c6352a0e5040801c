// SPDX-License-Identifier: MIT
#include "answers.hpp"

#include <algorithm>

namespace sockscat::probing {
namespace {

bool is_socks4_reply(const answer& said) {
    return said.code && (*said.code & 0xF0U) == 0x50 && said.reply.size() == 8;
}

} // namespace

const answer& answers::first() const {
    if (wanted == proxy_protocol::socks4 && socks4.was_asked())
        return socks4;
    return either.was_asked() ? either : none;
}

bool answers::speaks_socks5() const {
    return either.method || none.method || password.method || gssapi.method || unassigned.method;
}

bool answers::speaks_socks4() const {
    return is_socks4_reply(socks4) || is_socks4_reply(socks4_bind) ||
           is_socks4_reply(socks4_connect) || is_socks4_reply(socks4_target);
}

bool answers::ignores_offers() const {
    return unassigned.method && *unassigned.method != 0xFF;
}

bool answers::logged_in() const {
    const bool is_ours = password.auth_version == 0x01 || password.auth_version == 0x05;
    return is_ours && password.auth_status == 0;
}

bool answers::enters_freely() const {
    return may_use_none && (none.method == 0x00 || (!none.was_asked() && either.method == 0x00));
}

bool answers::grants_early() const {
    return connect.code == 0x00 || socks4_connect.code == 0x5A;
}

bool answers::is_mute() const {
    return connect.was_silent() && control.was_silent();
}

bool answers::leaves_requests_open() const {
    return is_mute() && std::all_of(targets.begin(), targets.end(), [](const target_answer& each) {
               return !each.tcp.was_asked() || each.tcp.was_silent();
           });
}

bool answers::leaves_connect_open() const {
    std::vector<const answer*> asked{&connect, &socks4_connect};
    for (const target_answer& each : targets)
        asked.push_back(&each.tcp);
    asked.erase(
        std::remove_if(
            asked.begin(), asked.end(), [](const answer* each) { return !each->was_asked(); }),
        asked.end());
    return asked.size() > 1 && std::all_of(asked.begin(), asked.end(), [](const answer* each) {
               return each->was_silent();
           });
}

bool answers::is_prompt() const {
    const answer& entry = logged_in()       ? password
                          : either.method   ? either
                          : speaks_socks5() ? none
                                            : socks4;
    return entry.was_asked() && answers_promptly(entry);
}

const std::string& answers::limit_of(const answer& said) const {
    return said.is_hurried ? short_limit_text : limit_text;
}

std::optional<address> answers::proxy() const {
    return first().proxy;
}

bool answers::is_private() const {
    return password.is_private;
}

bool answers_promptly(const answer& said) {
    return !said.was_silent() && said.spans.total() < 500;
}

} // namespace sockscat::probing
