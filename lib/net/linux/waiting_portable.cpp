// SPDX-License-Identifier: MIT
#include "waiting.hpp"

namespace sockscat::net {

repeated_poll::~repeated_poll() = default;

void repeated_poll::wait(entries& wanted, int timeout_ms) {
    if (::poll(wanted.data(), wanted.size(), timeout_ms) > 0)
        return;
    for (pollfd& each : wanted)
        each.revents = 0;
}

} // namespace sockscat::net
