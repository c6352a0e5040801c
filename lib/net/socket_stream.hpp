// SPDX-License-Identifier: MIT
/// A stream over a TCP or Unix socket.
#pragma once

#include <sockscat/stream.hpp>

#include <asio/generic/stream_protocol.hpp>

#include <memory>

namespace sockscat::net {

using stream_socket = asio::generic::stream_protocol::socket;
using stream_endpoint = asio::generic::stream_protocol::endpoint;

/// Owns a connected socket.
class socket_stream final : public stream {
  public:
    explicit socket_stream(stream_socket connected);

    asio::awaitable<io_result> read_some(std::span<std::uint8_t> buffer) override;
    asio::awaitable<io_result> write(std::span<const std::uint8_t> bytes) override;
    [[nodiscard]] std::optional<address> remote() const override;
    [[nodiscard]] bool is_private() const override;
    [[nodiscard]] int native_handle() const override;
    [[nodiscard]] int release() override;

  private:
    mutable stream_socket socket_; // native_handle() of Asio is not const
};

} // namespace sockscat::net
