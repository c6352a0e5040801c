// SPDX-License-Identifier: MIT
#include "questions.hpp"

namespace sockscat::probing {

address nowhere() {
    return address{ipv4_address{}, 0};
}

address literal_name() {
    return address{host_name{"192.0.2.1"}, 0};
}

ipv4_address literal_address() {
    ipv4_address out;
    out.bytes = {192, 0, 2, 1};
    return out;
}

address reserved_destination() {
    return address{host_name{reserved_name}, reserved_port};
}

bool question::goes_beyond() const {
    constexpr std::uint8_t connect = 0x01; // of both versions
    return asks && (asks->command == connect || asks->destination == reserved_destination());
}

std::string_view question::topic() const {
    if (speaks == protocol::tls)
        return "TLS";
    if (speaks == protocol::socks4)
        return "SOCKS4";
    if (pipelined)
        return "pipelining";
    if (!asks)
        return log_in ? "login" : "methods";
    switch (static_cast<proto::socks5::command>(asks->command)) {
    case proto::socks5::command::connect:
        return "CONNECT";
    case proto::socks5::command::bind:
        return "BIND";
    case proto::socks5::command::udp_associate:
        return "UDP ASSOCIATE";
    case resolve_command:
        return "RESOLVE";
    case resolve_ptr_command:
        return "RESOLVE_PTR";
    default:
        return "an unknown command";
    }
}

} // namespace sockscat::probing
