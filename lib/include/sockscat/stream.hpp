// SPDX-License-Identifier: MIT
/// The one shape of every byte stream: a socket, TLS or protected messages over another stream.
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

/// What came of a read or a write. A read of 0 bytes without a code is the end of the stream.
struct io_result {
    std::error_code code;
    std::size_t size{0};
};

/// True if nothing moved because the descriptor was not ready (EAGAIN).
SOCKSCAT_EXPORT [[nodiscard]] bool would_block(const io_result& got);

/// A connected byte stream. Owns its descriptor, or the stream below it. Its core are calls that
/// never wait, for a caller with a poll loop of its own; on top of them stand read_some() and
/// write() for coroutines. One read and one write may be outstanding; a cancelled operation ends
/// with operation_aborted and leaves the stream usable, but nobody can tell how much of a cancelled
/// write went out.
class SOCKSCAT_EXPORT stream {
  public:
    virtual ~stream() = default;

    /// Reads 1 to buffer.size() bytes. would_block(): nothing is there; has_buffered() is false
    /// then, and read_events() say what to wait for.
    virtual io_result try_read(std::span<std::uint8_t> buffer) = 0;
    /// Writes a part of `bytes`. would_block(): nothing went out; wait for write_events() and call
    /// again with at least the same bytes.
    virtual io_result try_write(std::span<const std::uint8_t> bytes) = 0;
    /// Ends our direction (FIN; close_notify in TLS) and leaves the other one open. would_block():
    /// not yet, wait for write_events() and call again. Other errors: the stream is broken anyway.
    virtual io_result try_shut_down() = 0;
    /// What was to be sent was not all sent: nothing may say that it was, neither this stream's end
    /// nor its destructor (in TLS there is no close_notify).
    virtual void abandon() {}
    /// The events of poll(2) on descriptor() that the next try_read() or try_write() waits for.
    [[nodiscard]] virtual short read_events() const = 0;
    [[nodiscard]] virtual short write_events() const = 0;
    /// True if try_read() has bytes that no event of the descriptor will tell of.
    [[nodiscard]] virtual bool has_buffered() const { return false; }
    /// The descriptor below everything, for poll(2) and getsockopt(2) only.
    [[nodiscard]] virtual int descriptor() const = 0;
    /// Waits for one of `events` on the descriptor; the code is that of a cancelled wait.
    virtual asio::awaitable<std::error_code> wait(short events) = 0;

    /// Reads at least one byte and at most buffer.size().
    virtual asio::awaitable<io_result> read_some(std::span<std::uint8_t> buffer);
    /// Writes everything, in one piece as far as the system lets it.
    virtual asio::awaitable<io_result> write(std::span<const std::uint8_t> bytes);

    /// The address of the other end of the descriptor: of a tunnel, the nearest proxy; nothing for
    /// a Unix socket.
    [[nodiscard]] virtual std::optional<address> remote() const = 0;
    /// True if nobody on a network can read along: TLS, or up to a remote() on this machine only.
    [[nodiscard]] virtual bool is_private() const = 0;
    /// The descriptor, still owned by the stream; -1 if the bytes on it are not the stream's own.
    [[nodiscard]] virtual int native_handle() const { return -1; }
    /// Gives the descriptor away, in blocking mode; -1 if the bytes on it are not the stream's own.
    /// The stream is closed afterwards.
    [[nodiscard]] virtual int release() { return -1; }
};

} // namespace sockscat
