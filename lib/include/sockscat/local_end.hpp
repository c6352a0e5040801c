// SPDX-License-Identifier: MIT
/// \file
/// This machine's end of a relay: an inherited descriptor, read or written without blocking the
/// relay and without changing flags that other processes share.
#pragma once

#include <sockscat/export.hpp>
#include <sockscat/stream.hpp>

#include <cstdint>
#include <span>

namespace sockscat {

/// A descriptor such as stdin or stdout. Pipes and terminals are opened again through
/// /proc/self/fd, if possible, so that O_NONBLOCK is set on an open file description of its own;
/// sockets are used with MSG_DONTWAIT; otherwise reads follow a poll(2), and writes are cut to what
/// a pipe accepts without blocking. Regular files may block. Movable; closes only what it opened
/// itself.
class local_end {
  public:
    /// What a descriptor is used for.
    enum class use : std::uint8_t {
        input, ///< reading
        output ///< writing
    };

    /// Borrows `fd`, which must stay open.
    SOCKSCAT_EXPORT local_end(int fd, use purpose);
    /// Takes over what the other one opened.
    SOCKSCAT_EXPORT local_end(local_end&& other) noexcept;
    local_end& operator=(local_end&&) = delete;
    /// Closes what it opened itself.
    SOCKSCAT_EXPORT ~local_end();

    /// Reads up to buffer.size() bytes. EAGAIN: nothing is there. 0 bytes without a code: end of
    /// file.
    SOCKSCAT_EXPORT io_result read(std::span<std::uint8_t> buffer) const;
    /// Writes a part of `bytes`. EAGAIN: nothing was written. EPIPE: the reader has gone; SIGPIPE
    /// must be ignored.
    SOCKSCAT_EXPORT io_result write(std::span<const std::uint8_t> bytes) const;
    /// Ends an output, so that its reader sees the end: what was opened is closed, and the borrowed
    /// descriptor refers to a pipe without a reader from now on; it is still its owner's to close.
    /// A socket is shut down if closing it would end nothing because `input` is the same one,
    /// unless standard error is the same as well. Flags of an open file description stay as they
    /// are.
    SOCKSCAT_EXPORT void end(const local_end& input);

    /// For poll(2): the borrowed descriptor. (A FIFO that was opened again after its last writer
    /// had left never reports that.)
    [[nodiscard]] int fd() const { return fd_; }
    /// The descriptor that read() and write() use, for splice(2) and the like.
    [[nodiscard]] int native_handle() const { return used_; }
    /// True for a terminal.
    [[nodiscard]] bool is_terminal() const { return is_terminal_; }

  private:
    enum class way : std::uint8_t { plain, careful, socket };

    [[nodiscard]] bool is_ready(short event) const;
    [[nodiscard]] bool is_owned() const { return used_ != fd_; }
    void close_own();

    int fd_;
    int used_;
    way way_{way::plain};
    bool is_terminal_{false};
};

} // namespace sockscat
