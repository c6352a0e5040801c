// SPDX-License-Identifier: MIT
/// A stream over a TCP or Unix socket.
#pragma once

#include <sockscat/stream.hpp>

#include <asio/generic/stream_protocol.hpp>

#include <memory>
#include <utility>

namespace sockscat::net {

using stream_socket = asio::generic::stream_protocol::socket;
using stream_endpoint = asio::generic::stream_protocol::endpoint;

/// Owns a connected socket; no call on it ever blocks.
class socket_stream final : public stream {
  public:
    socket_stream(stream_socket connected, stream_endpoint peer)
        : socket_{std::move(connected)}, peer_{std::move(peer)} {}
    /// Asks the socket for its peer.
    explicit socket_stream(stream_socket connected);

    io_result try_read(std::span<std::uint8_t> buffer) override;
    io_result try_write(std::span<const std::uint8_t> bytes) override;
    io_result try_shut_down() override;
    [[nodiscard]] short read_events() const override;
    [[nodiscard]] short write_events() const override;
    [[nodiscard]] int descriptor() const override { return native_handle(); }
    asio::awaitable<std::error_code> wait(short events) override;
    [[nodiscard]] std::optional<address> remote() const override;
    [[nodiscard]] bool is_private() const override;
    [[nodiscard]] int native_handle() const override;
    /// Both ends as the system has them.
    [[nodiscard]] const stream_endpoint& peer() const { return peer_; }
    [[nodiscard]] stream_endpoint local() const;
    [[nodiscard]] int release() override;

  private:
    mutable stream_socket socket_; // native_handle() of Asio is not const
    stream_endpoint peer_;         // of size 0 if it is not known
};

} // namespace sockscat::net
