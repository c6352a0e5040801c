// SPDX-License-Identifier: MIT
/// The settings of one TLS connection as OpenSSL needs them.
#pragma once

#include "libraries/openssl.hpp"

#include <sockscat/result.hpp>
#include <sockscat/tls_settings.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sockscat::net {

/// Reads the file of tls_settings::cacert; null without one. Errors: failure::usage.
result<std::shared_ptr<X509_STORE>> authorities_of(const tls_settings& settings);

/// TLS 1.2 or newer, no session cache. Reads the files of a certificate and its key: failure::usage
/// for those that cannot be read; failure::tls.
result<std::shared_ptr<SSL_CTX>> make_context(
    const tls_settings& settings, const std::shared_ptr<X509_STORE>& authorities);

/// "h2,http/1.1" as RFC 7301 section 3.1 writes it; failure::usage for a name of no or over 255
/// bytes.
result<std::vector<unsigned char>> alpn_list(const std::string& names);

/// What OpenSSL has to say about the last failed call; its queue is empty then.
std::string openssl_reason();

} // namespace sockscat::net
