// SPDX-License-Identifier: MIT
/// The one shape of every byte stream that a handshake can run over.
#pragma once

#include <sockscat/address.hpp>

#include <asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

namespace sockscat {

/// What came of a read or a write. A read of 0 bytes without a code is the end of the stream.
struct io_result {
    std::error_code code;
    std::size_t size{0};
};

/// A connected byte stream. Owns its descriptor. One read and one write may be outstanding; a
/// cancelled operation ends with operation_aborted and leaves the stream usable, but nobody can
/// tell how much of a cancelled write went out.
class stream {
  public:
    virtual ~stream() = default;

    /// Reads at least one byte and at most buffer.size().
    virtual asio::awaitable<io_result> read_some(std::span<std::uint8_t> buffer) = 0;
    /// Writes everything, in one piece as far as the system lets it.
    virtual asio::awaitable<io_result> write(std::span<const std::uint8_t> bytes) = 0;

    /// The address of the other end; nothing for a Unix socket.
    [[nodiscard]] virtual std::optional<address> remote() const = 0;
    /// True if nobody on a network can read along: loopback, a Unix socket.
    [[nodiscard]] virtual bool is_private() const = 0;
    /// The descriptor, still owned by the stream; -1 if the bytes on it are not the stream's own.
    [[nodiscard]] virtual int native_handle() const = 0;
    /// Gives the descriptor away, in blocking mode; -1 if the bytes on it are not the stream's own.
    /// The stream is closed afterwards.
    [[nodiscard]] virtual int release() = 0;
};

} // namespace sockscat
