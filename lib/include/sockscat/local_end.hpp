// SPDX-License-Identifier: MIT
/// This machine's end of a relay: an inherited descriptor, read or written without ever blocking
/// the relay and without changing the flags that other processes share with us.
#pragma once

#include <sockscat/export.hpp>
#include <sockscat/stream.hpp>

#include <cstdint>
#include <span>

namespace sockscat {

/// A descriptor such as stdin or stdout. Pipes and terminals are opened anew through /proc/self/fd,
/// where that can be had, so that O_NONBLOCK is set on a description of our own; sockets are used
/// with MSG_DONTWAIT; where neither goes, reads follow a poll(2) and writes are cut to what a pipe
/// takes at once. Regular files may block. Movable; closes only what it opened itself.
class local_end {
  public:
    enum class use : std::uint8_t { input, output };

    /// Borrows `fd`, which must stay open.
    SOCKSCAT_EXPORT local_end(int fd, use purpose);
    SOCKSCAT_EXPORT local_end(local_end&& other) noexcept;
    local_end& operator=(local_end&&) = delete;
    SOCKSCAT_EXPORT ~local_end();

    /// Reads up to buffer.size() bytes. EAGAIN: nothing there. 0 without a code: end of file.
    SOCKSCAT_EXPORT io_result read(std::span<std::uint8_t> buffer) const;
    /// Writes a part of `bytes`. EAGAIN: nothing went out. EPIPE: nobody reads; SIGPIPE must be
    /// ignored.
    SOCKSCAT_EXPORT io_result write(std::span<const std::uint8_t> bytes) const;
    /// Ends an output, so that its reader sees the end: what was opened anew is closed, and the
    /// number that was borrowed refers to a pipe that nobody reads from now on; it is still its
    /// owner's to close. A socket is shut down if closing it would end nothing because `input` is
    /// the same one, unless standard error is, too. Flags of a description stay as they are.
    SOCKSCAT_EXPORT void end(const local_end& input);

    /// For poll(2): the descriptor that was borrowed. (A FIFO that was opened anew when its last
    /// writer had left never tells of that.)
    [[nodiscard]] int fd() const { return fd_; }
    /// The descriptor that read() and write() use, for splice(2) and the like.
    [[nodiscard]] int native_handle() const { return used_; }
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
