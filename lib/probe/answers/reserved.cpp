// SPDX-License-Identifier: MIT
#include "reserved.hpp"

namespace sockscat::probing {

address reserved_destination() {
    return address{host_name{reserved_name}, reserved_port};
}

address nowhere() {
    return address{ipv4_address{}, 0};
}

ipv4_address literal_address() {
    ipv4_address out;
    out.bytes = {192, 0, 2, 1};
    return out;
}

address literal_name() {
    return address{host_name{"192.0.2.1"}, 0};
}

} // namespace sockscat::probing
