// SPDX-License-Identifier: MIT
/// What a client is told when its request is not granted, in the codes of each protocol. SOCKS4 has
/// one for everything, 91.
#pragma once

#include <sockscat/error.hpp>
#include <sockscat/reply.hpp>

#include <cstdint>

namespace sockscat::proto {

struct refusal {
    refusal() = default;
    refusal(std::uint8_t socks5, http_status http) : rep{socks5}, status{http} {}
    refusal(socks5_reply socks5, http_status http)
        : refusal{static_cast<std::uint8_t>(socks5), http} {}

    std::uint8_t rep{static_cast<std::uint8_t>(socks5_reply::general_failure)}; ///< SOCKS5
    http_status status{http_status::bad_gateway};
};

/// What became of a request that went to another proxy: the REP of that one as it is, assigned or
/// not. An HTTP proxy's 403 is 02; every failure that no reply code tells of is 01. In HTTP 02 is
/// 403, a time limit 504, and everything else 502.
refusal refusal_for(const error& why);

} // namespace sockscat::proto
