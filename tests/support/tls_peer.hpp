// SPDX-License-Identifier: MIT
/// The other side of TLS, played by OpenSSL over a blocking socket, and certificates for it. Every
/// wait is bounded.
#pragma once

#include "bytes.hpp"
#include "io.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace sockscat::tests {

/// What a certificate says.
struct certificate_wish {
    std::string names; ///< subjectAltName as OpenSSL writes it: "DNS:proxy.test,IP:127.0.0.1"
    std::string subject{"test"}; ///< common name
    long begins{-3600};          ///< seconds from now
    long ends{3600};
    bool by_other_authority{false};
    bool self_signed{false};
};

/// PEM files in a directory of their own; made once for each wish.
struct certificate_files {
    std::string cert;
    std::string key;
};
certificate_files certificate(const certificate_wish& wish);
/// The authority that signs, and the one that signs with `by_other_authority`.
std::string authority_file();
std::string other_authority_file();

/// How a server of TLS behaves.
struct tls_server_wish {
    certificate_wish shows{"DNS:proxy.test,IP:127.0.0.1"};
    int oldest{TLS1_VERSION};
    int newest{TLS1_3_VERSION};
    bool demands_certificate{false};
    std::string alpn;    ///< the one protocol that it chooses, if it is offered
    bool is_weak{false}; ///< takes ciphers of TLS 1.1
};

/// The server's end of a connection. Throws when something fails that the test did not expect.
class tls_server {
  public:
    explicit tls_server(int fd, const tls_server_wish& wish = {});

    /// True if it came about; what OpenSSL said otherwise is in problem().
    bool handshake();
    [[nodiscard]] const std::string& problem() const { return problem_; }

    void write(const bytes& content);
    bytes read_exactly(std::size_t size);
    /// Up to close_notify; throws at an end without it.
    bytes read_to_end();
    /// Without waiting: what is there is added to `out`. False at close_notify; throws at another
    /// end.
    bool take(bytes& out);
    /// Without waiting: what went out is removed from `content`.
    void give(bytes& content);
    /// Says close_notify, and nothing about the socket.
    void end();
    /// A KeyUpdate (TLS 1.3), or a renegotiation (1.2).
    void update_keys();
    /// A session ticket (TLS 1.3), however many there were; also to nobody.
    void send_ticket();

    [[nodiscard]] std::string server_name() const; ///< SNI, empty if none
    [[nodiscard]] std::string version() const;
    [[nodiscard]] std::string alpn() const;
    [[nodiscard]] std::string client_subject() const; ///< empty: no certificate

  private:
    struct deleter {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    // Calls until it need not wait; what SSL_get_error() said in the end.
    template <class Call>
    int drive(Call call);
    void must(bool holds, const char* what) const;

    tls_server_wish wish_;
    std::unique_ptr<SSL_CTX, deleter> context_;
    std::unique_ptr<SSL, deleter> ssl_;
    std::string problem_;
    int fd_;
};

} // namespace sockscat::tests
