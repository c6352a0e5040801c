// SPDX-License-Identifier: MIT
/// Reasons of OpenSSL.
#pragma once

#include "libraries/openssl.hpp"

namespace sockscat::net {

/// True for a reason that is an alert of the peer.
inline bool is_alert(int reason) {
    return reason >= SSL_AD_REASON_OFFSET && reason <= SSL_AD_REASON_OFFSET + 0xFF;
}

} // namespace sockscat::net
