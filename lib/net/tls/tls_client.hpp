// SPDX-License-Identifier: MIT
/// Settings whose files have been read, and what OpenSSL makes of them.
#pragma once

#include "libraries/openssl.hpp"

#include <sockscat/result.hpp>
#include <sockscat/tls_settings.hpp>

#include <memory>
#include <mutex>

namespace sockscat {

/// One for each hop's settings, so that nothing is shared between hops; its connections may be of
/// several threads.
class tls_client {
  public:
    using context_pointer = std::shared_ptr<SSL_CTX>;

    /// Reads the files: failure::usage. As little else is done as possible.
    static result<std::shared_ptr<const tls_client>> read(const tls_settings& settings);

    tls_client(tls_settings settings, std::shared_ptr<X509_STORE> authorities);

    [[nodiscard]] const tls_settings& settings() const { return settings_; }
    /// False if `settings` were changed since.
    [[nodiscard]] bool is_of(const tls_settings& settings) const;
    /// Made by the first call, which takes a while; no file is read. failure::tls.
    [[nodiscard]] result<context_pointer> context() const;
    /// The context, or null before that call.
    [[nodiscard]] context_pointer context_if_made() const;

  private:
    tls_settings settings_;
    std::shared_ptr<X509_STORE> authorities_; // of tls_settings::cacert
    mutable std::mutex guard_;
    mutable context_pointer context_;
};

namespace net {

/// tls_settings::client, or one that is made now: failure::usage.
result<std::shared_ptr<const tls_client>> client_of(const tls_settings& settings);

} // namespace net
} // namespace sockscat
