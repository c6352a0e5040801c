// SPDX-License-Identifier: MIT
/// TLS by OpenSSL over any stream.
#pragma once

#include "libraries/openssl.hpp"
#include "net/setup.hpp"

#include <sockscat/tls.hpp>

#include <array>
#include <memory>
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

    /// As a client; the certificate must be for `name`. Once.
    asio::awaitable<result<void>> handshake(const std::string& name, setup& where);

    io_result try_read(std::span<std::uint8_t> buffer) override;
    io_result try_write(std::span<const std::uint8_t> bytes) override;
    io_result try_shut_down() override;
    void abandon() override;
    [[nodiscard]] short read_events() const override;
    [[nodiscard]] short write_events() const override;
    [[nodiscard]] bool has_buffered() const override;
    [[nodiscard]] int descriptor() const override { return under_->descriptor(); }
    asio::awaitable<std::error_code> wait(short events) override;
    [[nodiscard]] std::optional<address> remote() const override { return under_->remote(); }
    [[nodiscard]] bool is_private() const override { return true; }
    [[nodiscard]] const tls_summary& summary() const override { return summary_; }

  private:
    struct ssl_deleter {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    // The callbacks of the BIO between OpenSSL and the stream below.
    static const BIO_METHOD* bio_method();
    static int bio_read(BIO* bio, char* data, std::size_t size, std::size_t* done);
    static int bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* done);
    static long bio_control(BIO* bio, int command, long number, void* pointer);

    static int on_verified(int is_good, X509_STORE_CTX* verification);

    result<void> expect_peer(const std::string& name, setup& where);
    std::span<const std::uint8_t> first_bytes();
    [[nodiscard]] error handshake_failed(int reason, const setup& where);
    [[nodiscard]] error not_trusted(long verdict, const setup& where) const;
    io_result outcome_of(int returned, std::size_t size, bool& wants_other, int other);
    void summarize();

    std::unique_ptr<stream> under_;
    std::unique_ptr<SSL, ssl_deleter> ssl_;
    tls_summary summary_;
    std::string expected_;        // the name that the certificate must be for
    std::string refused_names_;   // of a certificate that was not trusted
    std::error_code read_failed_; // of the stream below
    std::error_code write_failed_;
    std::array<std::uint8_t, 64> first_bytes_{}; // that came, for a peer that speaks no TLS
    std::size_t first_size_{0};
    std::size_t taken_{0}; // bytes from below during one call of OpenSSL
    bool at_end_{false};
    bool read_wants_write_{false};
    bool write_wants_read_{false};
    bool drained_{false};
    bool is_open_{false};
};

} // namespace sockscat::net
