// SPDX-License-Identifier: MIT
/// The settings of one TLS connection as OpenSSL wants them.
#pragma once

#include <sockscat/result.hpp>
#include <sockscat/tls_settings.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace sockscat::net {

struct ssl_context_deleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ssl_context = std::unique_ptr<SSL_CTX, ssl_context_deleter>;

/// A context of its own for each connection, so that nothing is shared between hops: TLS 1.2 or
/// newer, no session cache. Errors: failure::usage for files that cannot be read.
result<ssl_context> make_tls_context(const tls_settings& settings);

/// "h2,http/1.1" as RFC 7301 section 3.1 writes it; failure::usage for a name of no or over 255
/// bytes.
result<std::vector<unsigned char>> alpn_list(const std::string& names);

/// What OpenSSL has to say about the last failed call; its queue is empty then.
std::string openssl_reason();

} // namespace sockscat::net
