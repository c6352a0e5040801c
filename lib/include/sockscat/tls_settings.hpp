// SPDX-License-Identifier: MIT
/// Whom to trust on one TLS connection. Settings of one hop are never used for another one or for
/// the destination.
#pragma once

#include <memory>
#include <mutex>
#include <string>

namespace sockscat {

namespace net {
struct tls_material;
}

/// What has been read and made for settings, for the library alone. Copies share it, and it makes
/// no settings different from others.
class tls_memory {
  public:
    tls_memory() = default;
    tls_memory(const tls_memory& other) : material_{other.get()} {}
    tls_memory& operator=(const tls_memory& other) {
        keep(other.get());
        return *this;
    }
    ~tls_memory() = default;

    bool operator==(const tls_memory&) const { return true; }

    [[nodiscard]] std::shared_ptr<const net::tls_material> get() const {
        const std::lock_guard held{guard_};
        return material_;
    }
    void keep(std::shared_ptr<const net::tls_material> material) const {
        const std::lock_guard held{guard_};
        material_.swap(material);
    }

  private:
    mutable std::mutex guard_; // options are shared by connections, perhaps of several threads
    mutable std::shared_ptr<const net::tls_material> material_;
};

/// TLS 1.2 or newer; the certificate and its name are verified unless `insecure` says otherwise.
///
/// Files are read once for an object and its later copies, by check() or by the first connection;
/// so are those of the system's authorities that were needed. Settings that are changed, or made
/// anew, read them again.
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

    tls_memory memory;
};

} // namespace sockscat
