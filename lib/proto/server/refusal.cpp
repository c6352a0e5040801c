// SPDX-License-Identifier: MIT
#include "refusal.hpp"

namespace sockscat::proto {

refusal refusal_for(const error& why) {
    if (why.kind == failure::timeout)
        return {socks5_reply::general_failure, http_status::gateway_timeout};
    if (why.kind != failure::refused)
        return {};
    if (why.code == http_status::forbidden || why.code == socks5_reply::not_allowed)
        return {socks5_reply::not_allowed, http_status::forbidden};
    if (why.code.category() != socks5_reply_category())
        return {};
    return {static_cast<std::uint8_t>(why.code.value()), http_status::bad_gateway};
}

} // namespace sockscat::proto
