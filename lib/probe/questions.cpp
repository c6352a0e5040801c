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

} // namespace sockscat::probing
