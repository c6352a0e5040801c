// SPDX-License-Identifier: MIT
#include "findings.hpp"
#include "probe/answers/words.hpp"
#include "probe/ask/questions.hpp"
#include "probe/read/readings.hpp"

namespace sockscat::probing {

std::optional<likeness> guess_product(const answers& all) {
    const bool resolves = is_genuine_resolve(all.resolve);
    const bool short_07 = all.control.code == 0x07 && all.control.reply.size() == 4;
    const bool answers_ff4 = all.socks4.foreign.size() >= 2 && all.socks4.foreign[0] == 0x05 &&
                             all.socks4.foreign[1] == 0xFF;
    if (resolves && all.either.method == 0x02 && all.none.method == 0x00)
        return likeness{"Tor", "prefers 02 to 00, resolves addresses by RESOLVE"};
    if (short_07)
        return likeness{"shadowsocks-libev (ss-local)", "refuses commands in 4 bytes"};
    const bool fake = all.resolve.code == 0x00 && all.resolve.bound && !resolves;
    if (fake && all.grants_early())
        return likeness{"v2ray or Xray", "grants early and takes RESOLVE for CONNECT"};
    if (all.ignores_offers() && all.unassigned.method == 0x00)
        return likeness{"3proxy or gost 2", "answers 00 to any list of methods"};
    if (all.gost.method == 0x80 || all.gost.method == 0x82)
        return likeness{"gost", "offers method " + byte_text(*all.gost.method)};
    const auto* const own =
        all.bind.bound ? std::get_if<host_name>(&all.bind.bound->host) : nullptr;
    if (own != nullptr && own->text.ends_with(".i2p"))
        return likeness{"i2pd", "its bound address ends in .i2p"};
    const bool all_closed =
        all.control.hung_up() && all.bind.hung_up() && all.udp.hung_up() && all.connect.hung_up();
    if (all_closed)
        return likeness{"ssh -D (OpenSSH)", "closes instead of replying to whatever it refuses"};
    const bool echoes = all.connect.code == 0x04 && all.connect.bound &&
                        all.connect.bound->host == host{host_name{reserved_name}};
    if (all.control.hung_up() && (echoes || all.bind.code == 0x00))
        return likeness{"Dante", "closes on an unknown command, has BIND and UDP ASSOCIATE"};
    if (answers_ff4 && all.control.code == 0x07 && all.bind.code == 0x07 && all.udp.code == 0x07)
        return likeness{"microsocks", "05 ff to SOCKS4, 07 to all but CONNECT"};
    if (answers_ff4 && all.bind.code == 0x07 && all.udp.code == 0x00 && all.connect.code == 0x08)
        return likeness{
            "hev-socks5-server", "05 ff to SOCKS4, no BIND, 08 to a name that does not exist"};
    return std::nullopt;
}

} // namespace sockscat::probing
