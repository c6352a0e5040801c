// SPDX-License-Identifier: MIT
#include "another_address.hpp"

namespace sockscat::net {

bool is_about_address(socks5_reply reply) {
    switch (reply) {
    case socks5_reply::general_failure:
    case socks5_reply::network_unreachable:
    case socks5_reply::host_unreachable:
    case socks5_reply::connection_refused:
    case socks5_reply::ttl_expired:
    case socks5_reply::address_type_not_supported:
        return true;
    default:
        return false;
    }
}

} // namespace sockscat::net
