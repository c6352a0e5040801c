// SPDX-License-Identifier: MIT
/// The settings of one TLS connection as OpenSSL wants them.
#pragma once

#include "libraries/openssl.hpp"

#include <sockscat/result.hpp>
#include <sockscat/tls_settings.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sockscat::net {

/// Read and made for one kind of settings; both may be missing yet.
struct tls_material {
    tls_settings of;
    std::shared_ptr<X509_STORE> authorities; ///< of tls_settings::cacert
    std::shared_ptr<SSL_CTX> context;
};

/// Reads the files that the settings name, unless they remember them: failure::usage. As little
/// else is done as possible.
result<void> read_tls_files(const tls_settings& settings);

/// TLS 1.2 or newer, no session cache; made once for each object of settings
/// (tls_settings::memory), so that nothing is shared between hops. Errors: failure::usage for files
/// that cannot be read, failure::tls.
result<std::shared_ptr<SSL_CTX>> tls_context(const tls_settings& settings);

/// "h2,http/1.1" as RFC 7301 section 3.1 writes it; failure::usage for a name of no or over 255
/// bytes.
result<std::vector<unsigned char>> alpn_list(const std::string& names);

/// What OpenSSL has to say about the last failed call; its queue is empty then.
std::string openssl_reason();

} // namespace sockscat::net
