// SPDX-License-Identifier: MIT
/// \file
/// What to trust on one TLS connection. Settings of one hop are never used for another one or for
/// the target.
#pragma once

#include <sockscat/export.hpp>

#include <memory>
#include <string>

namespace sockscat {

/// Settings whose files have been read; for the library alone.
class tls_client;

/// Settings of TLS 1.2 or newer. The certificate and its name are verified unless `insecure` is
/// set.
struct tls_settings {
    tls_settings() = default;

    /// True if all settings are the same, and `client` is the same object.
    bool operator==(const tls_settings&) const = default;

    /// PEM file of the CAs to trust; empty: the system's.
    std::string cacert;
    /// PEM file of a client certificate with its chain; empty: none.
    std::string cert;
    /// PEM file of its private key, without a passphrase; empty: it is in the file `cert`.
    std::string key;
    /// The name or IP address that the certificate must match, and the SNI if it is a name; empty:
    /// the host that is connected to.
    std::string servername;
    /// Verify neither the certificate nor its name.
    bool insecure{false};
    /// ALPN protocols to offer, comma separated; empty: none.
    std::string alpn;

    /// What read_tls_files() has made of the above; copies share it. Null, or made before the above
    /// was changed: every connection reads the files.
    std::shared_ptr<const tls_client> client;
};

} // namespace sockscat
