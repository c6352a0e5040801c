// SPDX-License-Identifier: MIT
/// TLS by OpenSSL over any stream.
#pragma once

#include "libraries/openssl.hpp"
#include "net/setup.hpp"
#include "stream_bio.hpp"

#include <sockscat/tls.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sockscat::net {

/// Owns the stream below it.
class openssl_stream final : public tls_stream {
  public:
    openssl_stream(std::unique_ptr<stream> under, SSL_CTX* context);
    /// Says close_notify if that does not block, unless the stream was abandoned.
    ~openssl_stream() override;
    openssl_stream(const openssl_stream&) = delete;
    openssl_stream& operator=(const openssl_stream&) = delete;

    /// As a client; the certificate must be for `name`. Once. `offers_alpn`: whether what became
    /// of ALPN is worth telling.
    asio::awaitable<result<void>> handshake(
        const std::string& name, bool offers_alpn, setup& where);

    io_result try_read(std::span<std::uint8_t> buffer) override;
    io_result try_write(std::span<const std::uint8_t> bytes) override;
    io_result try_shut_down() override;
    void abandon() override;
    [[nodiscard]] short read_events() const override;
    [[nodiscard]] short write_events() const override;
    [[nodiscard]] bool has_buffered() const override;
    [[nodiscard]] int descriptor() const override { return below_.under().descriptor(); }
    asio::awaitable<std::error_code> wait(short events) override;
    [[nodiscard]] std::optional<address> remote() const override { return below_.under().remote(); }
    [[nodiscard]] bool is_private() const override { return true; }
    [[nodiscard]] const tls_summary& summary() const override { return summary_; }

  private:
    struct ssl_deleter {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    // Where an SSL has the stream that it belongs to.
    static constexpr int app_data = 0;

    // What a call of OpenSSL is for.
    enum class direction : std::uint8_t { in, out };

    static int on_verified(int is_good, X509_STORE_CTX* verification);
    static int on_certificate_wanted(SSL* ssl, void* self);

    result<void> expect_peer(const std::string& name, setup& where);
    [[nodiscard]] error handshake_failed(int reason, const setup& where);
    [[nodiscard]] std::string handshake_text(const std::error_code& why) const;
    [[nodiscard]] std::string refused_name_text() const;
    [[nodiscard]] bool lacks_certificate() const;

    void begin_call();
    io_result outcome_of(int returned, std::size_t size, direction way);
    // Why a call failed, if not to wait; OpenSSL's queue is empty then.
    std::error_code cause_of(int reason, direction way);
    [[nodiscard]] std::error_code handshake_cause(int why) const;
    [[nodiscard]] std::error_code certificate_cause() const;
    [[nodiscard]] std::error_code alert_cause(int why) const;
    [[nodiscard]] std::error_code transport_cause(direction way) const;
    void summarize();

    stream_bio below_;
    std::unique_ptr<SSL, ssl_deleter> ssl_;
    tls_summary summary_;
    std::string expected_;      // the name that the certificate must be for
    std::string refused_names_; // of a certificate that was not trusted
    bool wants_certificate_{false};
    bool in_handshake_{true};
    bool read_wants_write_{false};
    bool write_wants_read_{false};
    bool drained_{false};
    bool is_open_{false};
};

} // namespace sockscat::net
