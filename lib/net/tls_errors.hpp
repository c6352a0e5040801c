// SPDX-License-Identifier: MIT
/// Reasons of OpenSSL.
#pragma once

#include <openssl/ssl.h>

namespace sockscat::net {

/// Before every use of OpenSSL that begins a connection; what expect_short_run() asked for.
void start_openssl();

/// The text of an error of OpenSSL; null: there is none.
const char* reason_text(unsigned long code);

/// True for a reason that is an alert of the peer.
inline bool is_alert(int reason) {
    return reason >= SSL_AD_REASON_OFFSET && reason <= SSL_AD_REASON_OFFSET + 0xFF;
}

} // namespace sockscat::net
