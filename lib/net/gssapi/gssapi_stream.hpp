// SPDX-License-Identifier: MIT
/// A stream of messages protected by GSSAPI over any stream (RFC 1961 section 5).
#pragma once

#include "base/wire.hpp"
#include "proto/auth/security_context.hpp"

#include <sockscat/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <vector>

namespace sockscat::net {

/// Owns the stream below it and shares the context, which no one else may use meanwhile. RFC 1961
/// has no message for the end of a stream: who can cut the connection can end it between two
/// messages unnoticed.
class gssapi_stream final : public stream {
  public:
    /// `level`: integrity or confidentiality.
    gssapi_stream(
        std::unique_ptr<stream> under,
        std::shared_ptr<proto::security_context> context,
        proto::protection_level level);

    io_result try_read(std::span<std::uint8_t> buffer) override;
    /// What went out is reported when its whole message went out; until then it is kept, and the
    /// next call goes on with it.
    io_result try_write(std::span<const std::uint8_t> bytes) override;
    io_result try_shut_down() override;
    void abandon() override { under_->abandon(); }
    [[nodiscard]] short read_events() const override { return under_->read_events(); }
    [[nodiscard]] short write_events() const override { return under_->write_events(); }
    [[nodiscard]] bool has_buffered() const override;
    [[nodiscard]] int descriptor() const override { return under_->descriptor(); }
    asio::awaitable<std::error_code> wait(short events) override { return under_->wait(events); }
    [[nodiscard]] std::optional<address> remote() const override { return under_->remote(); }
    [[nodiscard]] bool is_private() const override { return hidden_ || under_->is_private(); }

  private:
    [[nodiscard]] bool has_frame() const;
    std::error_code unwrap_frame();
    io_result read_more();
    std::error_code wrap(std::span<const std::uint8_t> bytes);
    io_result flush();

    std::unique_ptr<stream> under_;
    std::shared_ptr<proto::security_context> context_;
    bool hidden_;
    std::size_t most_; // bytes in one message

    std::vector<std::uint8_t> frames_; // as they came, from frames_begin_ to frames_end_
    std::size_t frames_begin_{0};
    std::size_t frames_end_{0};
    std::vector<std::uint8_t> plain_; // of the last message, from plain_begin_
    std::size_t plain_begin_{0};
    std::error_code read_failed_;

    base::message_buffer out_; // a frame on its way, from out_begin_
    std::size_t out_begin_{0};
    std::size_t out_plain_{0}; // how many bytes are in it
};

} // namespace sockscat::net
