// SPDX-License-Identifier: MIT
#include "answers.hpp"

#include "reserved.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::probing {
namespace {

bool is_socks4_reply(const answer& said) {
    return said.code && (*said.code & 0xF0U) == 0x50 && said.reply.size() == 8;
}

bool is_granted(const answer& said) {
    return said.granted() && said.bound;
}

} // namespace

const answer& answers::first() const {
    const auto& all = *this;
    if (facts.wanted == proxy_protocol::http)
        return all[question::http_connect];
    if (facts.wanted == proxy_protocol::socks4 && all[question::socks4].was_asked())
        return all[question::socks4];
    const answer& either = all[question::either];
    const answer& none = all[question::none]; // asked before it if there is a login
    const bool is_none_first = none.was_asked() && none.number < either.number;
    return either.was_asked() && !is_none_first ? either : none;
}

bool answers::speaks_socks5() const {
    const auto& all = *this;
    return all[question::either].method || all[question::none].method ||
           all[question::password].method || all[question::gssapi].method ||
           all[question::control_method].method;
}

bool answers::speaks_socks4() const {
    const auto& all = *this;
    return is_socks4_reply(all[question::socks4]) || is_socks4_reply(all[question::socks4_bind]) ||
           is_socks4_reply(all[question::socks4_connect]) ||
           is_socks4_reply(all[question::socks4_target]) ||
           is_socks4_reply(all[question::socks4a_target]) ||
           std::any_of(targets.begin(), targets.end(), [](const target_answer& each) {
               return is_socks4_reply(each.tcp);
           });
}

bool answers::ignores_offers() const {
    const answer& said = (*this)[question::control_method];
    return said.method && *said.method != 0xFF;
}

bool answers::has_gost_tls() const {
    const answer& said = (*this)[question::gost_tls];
    return said.method == 0x80 || said.method == 0x82;
}

bool answers::understands_login() const {
    const answer& said = (*this)[question::password];
    return said.auth_version == 0x01 || said.auth_version == 0x05;
}

bool answers::logged_in() const {
    return understands_login() && (*this)[question::password].auth_status == 0;
}

void answers::forget_after(std::size_t number) {
    const auto forget = [&](answer& each) {
        if (each.number > number)
            each = {};
    };
    std::for_each(all_.begin(), all_.end(), forget);
    for (target_answer& each : targets)
        forget(each.tcp);
    if (by_name)
        forget(by_name->tcp);
}

bool answers::accepts_none() const {
    const answer& alone = (*this)[question::none];
    const answer& said = alone.was_asked() ? alone : (*this)[question::either];
    return facts.may_use_none && said.method == 0x00;
}

bool answers::accepts_requests() const {
    return speaks_socks5() && (accepts_none() || logged_in());
}

bool answers::grants_early_in_socks5() const {
    const auto& all = *this;
    return is_granted(all[question::connect]) || is_granted(all[question::control_command]);
}

bool answers::grants_early_in_socks4() const {
    const auto& all = *this;
    return is_granted(all[question::socks4]) || is_granted(all[question::socks4_connect]);
}

bool answers::is_mute() const {
    const auto& all = *this;
    return all[question::connect].was_silent() && all[question::control_command].was_silent();
}

bool answers::leaves_requests_open() const {
    return is_mute() && std::all_of(targets.begin(), targets.end(), [](const target_answer& each) {
               return !each.tcp.was_asked() || each.tcp.was_silent();
           });
}

bool answers::leaves_connect_open() const {
    const auto& all = *this;
    std::vector<const answer*> asked{&all[question::connect], &all[question::socks4_connect]};
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

bool answers::resolves() const {
    return is_genuine_resolve((*this)[question::resolve]);
}

bool answers::is_prompt() const {
    const auto& all = *this;
    const answer& said = logged_in()                    ? all[question::password]
                         : all[question::either].method ? all[question::either]
                         : speaks_socks5()              ? all[question::none]
                                                        : all[question::socks4];
    return said.was_asked() && answers_promptly(said);
}

std::string answers::limit_of(const answer& said) const {
    return said.limit == std::chrono::milliseconds{0} ? facts.limit_text()
                                                      : seconds_text(said.limit);
}

std::optional<address> answers::proxy() const {
    return first().proxy;
}

bool answers::is_private() const {
    return (*this)[question::password].is_private;
}

bool is_genuine_resolve(const answer& said) {
    const bool yes = said.code == socks5_reply::succeeded || said.code == socks4_reply::granted;
    return yes && said.bound && said.bound->host == host{literal_address()};
}

bool answers_promptly(const answer& said) {
    return !said.was_silent() && said.spans.total() < 500;
}

bool is_listener(const address& bound, const answers& all) {
    const auto proxy = all.proxy();
    return proxy && bound == *proxy;
}

} // namespace sockscat::probing
