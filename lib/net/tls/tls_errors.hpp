// SPDX-License-Identifier: MIT
/// Reasons of OpenSSL, and those of tls_category() that are its own.
#pragma once

#include "libraries/openssl.hpp"

#include <system_error>

namespace sockscat::net {

/// True for a reason that is an alert of the peer.
inline bool is_alert(int reason) {
    return reason >= SSL_AD_REASON_OFFSET && reason <= SSL_AD_REASON_OFFSET + 0xFF;
}

/// True for an alert that speaks of a certificate: of ours, if the peer asked for one.
bool speaks_of_certificate(int reason);

/// That alert, of a peer that asked for a certificate.
std::error_code about_our_certificate(int reason);

} // namespace sockscat::net
