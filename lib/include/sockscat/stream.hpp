// SPDX-License-Identifier: MIT
/// \file
/// The interface of all byte streams: a socket, TLS or protected messages over another stream, or
/// one that the program implements.
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/asio_version.hpp>
#include <sockscat/export.hpp>

#include <asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

namespace sockscat {

/// The result of a read or a write. A read of 0 bytes without a code is the end of the stream.
struct io_result {
    std::error_code code; ///< no value: success
    std::size_t size{0};  ///< bytes that were moved
};

/// True if nothing moved because the descriptor was not ready (EAGAIN).
SOCKSCAT_EXPORT [[nodiscard]] bool would_block(const io_result& got);

/// A connected byte stream. Owns its descriptor, or the stream below it. The basic functions never
/// wait, for programs with a poll loop of their own; read_some() and write() are coroutines built
/// on them. One read and one write may be outstanding. A cancelled operation ends with
/// std::errc::operation_canceled and leaves the stream usable, but it is unknown how much of a
/// cancelled write was sent. One thread at a time.
class SOCKSCAT_EXPORT stream {
  public:
    virtual ~stream() = default;

    /// Reads 1 to buffer.size() bytes. would_block(): nothing is there; then has_buffered() is
    /// false, and read_events() are the events to wait for.
    virtual io_result try_read(std::span<std::uint8_t> buffer) = 0;
    /// Writes a part of `bytes`. would_block(): nothing was written; wait for write_events() and
    /// call again with at least the same bytes.
    virtual io_result try_write(std::span<const std::uint8_t> bytes) = 0;
    /// Ends the sending direction (FIN; close_notify in TLS) and leaves the other one open.
    /// would_block(): not yet, wait for write_events() and call again. Other errors: the stream is
    /// broken anyway.
    virtual io_result try_shut_down() = 0;
    /// Not everything was sent: from now on nothing may claim that it was, neither try_shut_down()
    /// nor the destructor (in TLS there is no close_notify).
    virtual void abandon() {}
    /// The events of poll(2) on descriptor() that the next try_read() waits for.
    [[nodiscard]] virtual short read_events() const = 0;
    /// The events of poll(2) on descriptor() that the next try_write() waits for.
    [[nodiscard]] virtual short write_events() const = 0;
    /// True if try_read() has bytes that no event of the descriptor will announce.
    [[nodiscard]] virtual bool has_buffered() const { return false; }
    /// The descriptor at the bottom, for poll(2) and getsockopt(2) only.
    [[nodiscard]] virtual int descriptor() const = 0;
    /// Waits for one of `events` on the descriptor. The code is that of a cancelled wait.
    virtual asio::awaitable<std::error_code> wait(short events) = 0;

    /// Reads 1 to buffer.size() bytes; 0 without a code is the end. The buffer is borrowed.
    virtual asio::awaitable<io_result> read_some(std::span<std::uint8_t> buffer);
    /// Writes everything, in one piece as far as the system allows. The bytes are borrowed.
    virtual asio::awaitable<io_result> write(std::span<const std::uint8_t> bytes);

    /// The address of the other end of the descriptor, which for a tunnel is the nearest proxy;
    /// nothing for a Unix socket.
    [[nodiscard]] virtual std::optional<address> remote() const = 0;
    /// True if no one on a network can read the bytes: TLS, or a remote() on this machine.
    [[nodiscard]] virtual bool is_private() const = 0;
    /// The descriptor, still owned by the stream; -1 if the bytes on it are not the stream's (TLS).
    [[nodiscard]] virtual int native_handle() const { return -1; }
    /// Gives up the descriptor, in blocking mode; -1 if the bytes on it are not the stream's (TLS).
    /// The stream is closed afterwards.
    [[nodiscard]] virtual int release() { return -1; }
};

} // namespace sockscat
