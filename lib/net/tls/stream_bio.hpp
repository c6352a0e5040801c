// SPDX-License-Identifier: MIT
/// What lies between OpenSSL and the stream below it, and why that carries no more.
#pragma once

#include "libraries/openssl.hpp"

#include <sockscat/stream.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <system_error>

namespace sockscat::net {

class stream_bio {
  public:
    explicit stream_bio(std::unique_ptr<stream> under) : under_{std::move(under)} {}
    stream_bio(const stream_bio&) = delete;
    stream_bio& operator=(const stream_bio&) = delete;

    /// A BIO that works on this, which must outlive it; the caller's.
    [[nodiscard]] BIO* make();

    [[nodiscard]] stream& under() const { return *under_; }
    /// OpenSSL is about to be called: what it may read in vain is bounded for each call.
    void begin_call() { taken_ = 0; }

    [[nodiscard]] const std::error_code& read_failed() const { return read_failed_; }
    [[nodiscard]] const std::error_code& write_failed() const { return write_failed_; }
    [[nodiscard]] bool is_at_end() const { return at_end_; }
    /// Whether anything has come.
    [[nodiscard]] bool has_heard() const { return first_size_ > 0; }
    /// Whether what came first is not a TLS record.
    [[nodiscard]] bool is_plain() const;
    /// What came first, and what can be read of it now.
    std::span<const std::uint8_t> first_bytes();

  private:
    static const BIO_METHOD* method();
    static int read(BIO* bio, char* data, std::size_t size, std::size_t* done);
    static int write(BIO* bio, const char* data, std::size_t size, std::size_t* done);
    static long control(BIO* bio, int command, long number, void* pointer);

    std::unique_ptr<stream> under_;
    std::error_code read_failed_;
    std::error_code write_failed_;
    std::array<std::uint8_t, 64> first_bytes_{};
    std::size_t first_size_{0};
    std::size_t taken_{0}; // bytes from below during one call of OpenSSL
    bool at_end_{false};
};

} // namespace sockscat::net
