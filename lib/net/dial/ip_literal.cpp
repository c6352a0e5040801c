// SPDX-License-Identifier: MIT
#include "ip_literal.hpp"

#include <system_error>

namespace sockscat::net {

host to_host(const asio::ip::address& ip) {
    if (ip.is_v4()) {
        ipv4_address v4;
        v4.bytes = ip.to_v4().to_bytes();
        return v4;
    }
    ipv6_address v6; // without its zone
    v6.bytes = ip.to_v6().to_bytes();
    return unmapped(v6);
}

std::optional<asio::ip::address> ip_literal(const std::string& name) {
    std::error_code no_literal;
    const auto literal = asio::ip::make_address(name, no_literal);
    return no_literal ? std::nullopt : std::optional{literal};
}

} // namespace sockscat::net
