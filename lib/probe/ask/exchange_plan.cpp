// SPDX-License-Identifier: MIT
#include "exchange_plan.hpp"

#include "probe/answers/reserved.hpp"

#include <utility>

namespace sockscat::probing {

using proto::socks5::command;
using proto::socks5::method;

bool exchange_plan::goes_beyond() const {
    constexpr std::uint8_t connect = 0x01; // of both versions
    return asks && (asks->command == connect || asks->destination == reserved_destination());
}

std::string_view exchange_plan::topic() const {
    if (speaks == protocol::tls)
        return "TLS";
    if (speaks == protocol::socks4)
        return "SOCKS4";
    if (speaks == protocol::http)
        return log_in ? "login" : "CONNECT";
    if (pipelined)
        return "pipelining";
    if (!asks)
        return log_in ? "login" : "methods";
    switch (static_cast<command>(asks->command)) {
    case command::connect:
        return "CONNECT";
    case command::bind:
        return "BIND";
    case command::udp_associate:
        return "UDP ASSOCIATE";
    case command::resolve:
        return "RESOLVE";
    case command::resolve_ptr:
        return "RESOLVE_PTR";
    }
    return "an unknown command";
}

exchange_plan socks5_plan(const answers& known, std::optional<request> asks) {
    exchange_plan out;
    out.log_in = known.logged_in();
    out.methods = {out.log_in ? method::password : method::none};
    out.is_accepted = true;
    out.asks = std::move(asks);
    return out;
}

exchange_plan socks4_plan(request asks) {
    exchange_plan out;
    out.speaks = exchange_plan::protocol::socks4;
    out.asks = std::move(asks);
    return out;
}

} // namespace sockscat::probing
