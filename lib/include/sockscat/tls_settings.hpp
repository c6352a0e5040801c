// SPDX-License-Identifier: MIT
/// Whom to trust on one TLS connection. Settings of one hop are never used for another one or for
/// the destination.
#pragma once

#include <sockscat/export.hpp>

#include <memory>
#include <string>

namespace sockscat {

/// Settings whose files have been read; for the library alone.
class tls_client;

/// TLS 1.2 or newer; the certificate and its name are verified unless `insecure` says otherwise.
struct tls_settings {
    tls_settings() = default;

    bool operator==(const tls_settings&) const = default;

    /// PEM file of the authorities to trust; empty: the system's.
    std::string cacert;
    /// PEM file of a client certificate with its chain, and of its key; both or neither. An empty
    /// `key` beside a `cert`: the key is in the same file.
    std::string cert;
    std::string key;
    /// The name or IP address that the certificate must be for, and the SNI if it is a name; empty:
    /// the host that is connected to.
    std::string servername;
    /// Verify nothing.
    bool insecure{false};
    /// ALPN protocols to offer, comma separated; empty: none.
    std::string alpn;

    /// What read_tls_files() has made of the above; copies share it. Null, or made before the above
    /// was changed: every connection reads the files.
    std::shared_ptr<const tls_client> client;
};

} // namespace sockscat
