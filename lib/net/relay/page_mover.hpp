// SPDX-License-Identifier: MIT
/// A direction of a relay without copying: pages of memory change hands inside the kernel. Nothing
/// here ever waits for a pipe or a socket, and no flag of a descriptor is changed.
#pragma once

#include <sockscat/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace sockscat::net {

/// A large pipe of our own, between two descriptors that are not pipes.
class page_pipe {
  public:
    page_pipe() = default;
    page_pipe(const page_pipe&) = delete;
    page_pipe& operator=(const page_pipe&) = delete;
    ~page_pipe();

    /// False if there can be none.
    bool make();
    [[nodiscard]] bool is_made() const { return ends_[1] != -1; }
    /// Bytes in it.
    [[nodiscard]] std::size_t pending() const { return pending_; }
    /// Moves some bytes from a descriptor into it, or from it to a descriptor. EAGAIN: not now;
    /// EINVAL: that one takes part in copies only; 0 without a code: the end of what is read.
    io_result fill(int from);
    io_result drain(int to);
    /// Reads what is in it.
    io_result take(std::span<std::uint8_t> space);
    void drop() { pending_ = 0; }

  private:
    int ends_[2]{-1, -1}; // NOLINT(*-avoid-c-arrays): pipe(2) fills it
    std::size_t pending_{0};
};

/// From a pipe or a regular file to a socket. Borrows both descriptors.
class page_sender {
  public:
    /// `socket` -1: it always has to be copied.
    page_sender(int socket, int input) : socket_{socket}, input_{input} {}

    /// For a stream that fills buffers: enlarges a pipe, and moves pages from now on if both
    /// descriptors are fit for it and the socket is in non-blocking mode. Does so only once.
    void engage();
    [[nodiscard]] bool is_engaged() const { return engaged_; }
    /// What is to come has to be copied, what is pending first.
    void disengage() { engaged_ = false; }

    /// Moves some bytes. EAGAIN: the socket accepts no more or the input has none, or it has to be
    /// copied after all (is_engaged()). 0 without a code: the end of the input. Other codes are the
    /// socket's. EPIPE raises SIGPIPE unless that is ignored.
    io_result move();
    /// Bytes of the input that move() has taken from it, and the socket has not.
    [[nodiscard]] std::size_t pending() const { return pipe_.pending(); }
    /// Reads pending bytes into `space`.
    io_result take_pending(std::span<std::uint8_t> space) { return pipe_.take(space); }
    /// There is something to move.
    [[nodiscard]] bool has_more() const;
    /// A file gives nothing more than what is pending.
    [[nodiscard]] bool is_at_end() const { return at_end_; }

  private:
    io_result from_pipe();
    io_result from_file();

    int socket_;
    int input_;
    bool tried_{false};
    bool engaged_{false};
    bool at_end_{false};
    page_pipe pipe_; // for a file
};

/// From a socket to a pipe, a regular file or /dev/null. Borrows both descriptors.
class page_receiver {
  public:
    page_receiver(int socket, int output) : socket_{socket}, output_{output} {}

    /// As page_sender::engage().
    void engage();
    [[nodiscard]] bool is_engaged() const { return engaged_; }
    void disengage() { engaged_ = false; }

    /// Moves some bytes from the socket: into the output if that is a pipe, else only as far as
    /// deliver(). EAGAIN: nothing has come, or a pipe accepts no more, or it has to be copied after
    /// all. 0 without a code: the end of the stream, unless a read finds more. EPIPE: no one reads
    /// the output (a socket never says so to a reader). Other codes are the socket's.
    io_result receive();
    /// True if receive() can be held up by a full pipe of the output.
    [[nodiscard]] bool waits_for_output() const { return !pipe_.is_made(); }
    /// Bytes that were received and not yet delivered.
    [[nodiscard]] std::size_t pending() const { return pipe_.pending(); }
    /// Nothing of that is wanted, and no more pages.
    void drop() { pipe_.drop(), engaged_ = false; }
    /// Moves some of the pending bytes into the output; codes are the output's. EINVAL: it takes
    /// copies only; take_pending() has them.
    io_result deliver() { return pipe_.drain(output_); }
    /// Reads pending bytes into `space`.
    io_result take_pending(std::span<std::uint8_t> space) { return pipe_.take(space); }

  private:
    int socket_;
    int output_;
    bool tried_{false};
    bool engaged_{false};
    page_pipe pipe_; // for an output that is not a pipe
};

} // namespace sockscat::net
