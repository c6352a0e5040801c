// SPDX-License-Identifier: MIT
#include "products.hpp"

#include "probe/answers/reserved.hpp"

#include <algorithm>
#include <array>

namespace sockscat::probing {
namespace {

bool refuses_in_four_bytes(const answers& all) {
    const answer& said = all[question::control_command];
    return said.code == socks5_reply::command_not_supported && said.reply.size() == 4 &&
           all.grants_early_in_socks5();
}

bool takes_resolve_for_connect(const answers& all) {
    const answer& said = all[question::resolve];
    return said.code == socks5_reply::succeeded && said.bound && is_listener(*said.bound, all) &&
           all.grants_early_in_socks5() && !all[question::control_command].granted();
}

bool ignores_the_list(const answers& all) {
    return all[question::control_method].method == 0x00;
}

bool binds_at_its_own_listener(const answers& all) {
    const answer& said = all[question::bind];
    return ignores_the_list(all) && said.granted() && said.bound && is_listener(*said.bound, all);
}

bool refuses_bind_by_92(const answers& all) {
    return ignores_the_list(all) &&
           all[question::socks4_bind].code == socks4_reply::identd_unreachable;
}

bool has_method_80(const answers& all) {
    return all[question::gost_tls].method == 0x80 && !all.ignores_offers();
}

bool has_method_82(const answers& all) {
    return all[question::gost_tls].method == 0x82 && !all.ignores_offers();
}

bool is_name_of_i2p(const std::optional<address>& bound) {
    const auto* const name = bound ? std::get_if<host_name>(&bound->host) : nullptr;
    return name != nullptr && name->text.ends_with(".i2p");
}

bool is_bound_in_i2p(const answers& all) {
    return is_name_of_i2p(all[question::connect].bound) ||
           is_name_of_i2p(all[question::udp_associate].bound) ||
           std::any_of(all.targets.begin(), all.targets.end(), [](const target_answer& each) {
               return is_name_of_i2p(each.tcp.bound);
           });
}

// Also where no method is acceptable to it.
bool closes_instead_of_every_no(const answers& all) {
    return !all.stopped && all[question::password].hung_up() &&
           all[question::control_command].hung_up() && all[question::bind].hung_up() &&
           all[question::udp_associate].hung_up() && all[question::connect].hung_up() &&
           all[question::socks4].hung_up();
}

bool echoes_the_name_and_closes_at_unknown_commands(const answers& all) {
    const answer& lookup = all[question::connect];
    return all[question::control_command].hung_up() &&
           lookup.code == socks5_reply::host_unreachable && lookup.bound &&
           lookup.bound->host == host{host_name{reserved_name}};
}

bool answers_socks4_with_05_ff(const answers& all) {
    const auto& said = all[question::socks4].foreign;
    return said.size() >= 2 && said[0] == 0x05 && said[1] == 0xFF;
}

bool has_connect_only(const answers& all) {
    return answers_socks4_with_05_ff(all) &&
           all[question::connect].code == socks5_reply::general_failure &&
           all[question::control_command].code == socks5_reply::command_not_supported &&
           all[question::bind].code == socks5_reply::command_not_supported &&
           all[question::udp_associate].code == socks5_reply::command_not_supported;
}

bool has_no_bind_and_08_for_names(const answers& all) {
    return answers_socks4_with_05_ff(all) &&
           all[question::bind].code == socks5_reply::command_not_supported &&
           all[question::udp_associate].code == socks5_reply::succeeded &&
           all[question::connect].code == socks5_reply::address_type_not_supported;
}

// The first that fits.
constexpr std::array products{
    product{"Tor", "prefers 02 over 00, resolves addresses with RESOLVE", behaves_like_tor},
    product{
        "shadowsocks-libev (ss-local)", "refuses commands with 4 bytes, grants before connecting",
        refuses_in_four_bytes},
    product{
        "v2ray or Xray", "grants early, answers RESOLVE with its own SOCKS port",
        takes_resolve_for_connect},
    product{
        "3proxy", "answers 00 to any list of methods, and BIND with its own SOCKS port",
        binds_at_its_own_listener},
    product{
        "gost 2", "answers 00 to any list of methods, and 92 to a SOCKS4 BIND", refuses_bind_by_92},
    product{"gost", "offers method 80", has_method_80},
    product{"gost", "offers method 82", has_method_82},
    product{"i2pd", "its bound address ends in .i2p", is_bound_in_i2p},
    product{
        "ssh -D (OpenSSH)", "closes the connection instead of sending a refusal, even of methods",
        closes_instead_of_every_no},
    product{
        "Dante", "repeats the name in its refusal, closes on an unknown command",
        echoes_the_name_and_closes_at_unknown_commands},
    product{
        "microsocks",
        "05 ff to SOCKS4, 01 to a name that does not exist, 07 to everything but CONNECT",
        has_connect_only},
    product{
        "hev-socks5-server", "05 ff to SOCKS4, no BIND, 08 to a name that does not exist",
        has_no_bind_and_08_for_names},
};

} // namespace

bool behaves_like_tor(const answers& all) {
    return all.resolves() && all[question::either].method == 0x02 &&
           all[question::none].method == 0x00;
}

const product* guess_product(const answers& all) {
    const auto* const found = std::find_if(
        products.begin(), products.end(), [&](const product& each) { return each.behaves(all); });
    return found == products.end() ? nullptr : found;
}

} // namespace sockscat::probing
