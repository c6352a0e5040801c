// SPDX-License-Identifier: MIT
#include "products.hpp"

#include "probe/answers/reserved.hpp"

#include <algorithm>
#include <array>

namespace sockscat::probing {
namespace {

bool refuses_in_four_bytes(const answers& all) {
    const answer& said = all[question::control_command];
    return said.code == socks5_reply::command_not_supported && said.reply.size() == 4;
}

bool takes_resolve_for_connect(const answers& all) {
    const answer& said = all[question::resolve];
    return said.code == socks5_reply::succeeded && said.bound && !all.resolves() &&
           all.grants_early();
}

bool chooses_none_whatever_is_offered(const answers& all) {
    return all[question::control_method].method == 0x00;
}

bool has_method_80(const answers& all) {
    return all[question::gost_tls].method == 0x80;
}

bool has_method_82(const answers& all) {
    return all[question::gost_tls].method == 0x82;
}

bool is_bound_in_i2p(const answers& all) {
    const auto& bound = all[question::bind].bound;
    const auto* const name = bound ? std::get_if<host_name>(&bound->host) : nullptr;
    return name != nullptr && name->text.ends_with(".i2p");
}

bool closes_at_every_command(const answers& all) {
    return all[question::control_command].hung_up() && all[question::bind].hung_up() &&
           all[question::udp_associate].hung_up() && all[question::connect].hung_up();
}

bool closes_at_unknown_commands_only(const answers& all) {
    const answer& lookup = all[question::connect];
    const bool echoes = lookup.code == socks5_reply::host_unreachable && lookup.bound &&
                        lookup.bound->host == host{host_name{reserved_name}};
    return all[question::control_command].hung_up() &&
           (echoes || all[question::bind].code == socks5_reply::succeeded);
}

bool answers_socks4_with_05_ff(const answers& all) {
    const auto& said = all[question::socks4].foreign;
    return said.size() >= 2 && said[0] == 0x05 && said[1] == 0xFF;
}

bool has_connect_only(const answers& all) {
    return answers_socks4_with_05_ff(all) &&
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
    product{"Tor", "prefers 02 to 00, resolves addresses by RESOLVE", behaves_like_tor},
    product{"shadowsocks-libev (ss-local)", "refuses commands in 4 bytes", refuses_in_four_bytes},
    product{
        "v2ray or Xray", "grants early and takes RESOLVE for CONNECT", takes_resolve_for_connect},
    product{
        "3proxy or gost 2", "answers 00 to any list of methods", chooses_none_whatever_is_offered},
    product{"gost", "offers method 80", has_method_80},
    product{"gost", "offers method 82", has_method_82},
    product{"i2pd", "its bound address ends in .i2p", is_bound_in_i2p},
    product{
        "ssh -D (OpenSSH)", "closes instead of replying to whatever it refuses",
        closes_at_every_command},
    product{
        "Dante", "closes on an unknown command, has BIND and UDP ASSOCIATE",
        closes_at_unknown_commands_only},
    product{"microsocks", "05 ff to SOCKS4, 07 to all but CONNECT", has_connect_only},
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
