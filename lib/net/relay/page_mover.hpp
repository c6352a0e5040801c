// SPDX-License-Identifier: MIT
/// A direction of a relay without copying: pages of memory change hands inside the kernel, by
/// splice(2) and sendfile(2). Nothing here ever waits, and no flag of a descriptor is changed.
#pragma once

#include <sockscat/stream.hpp>

#include <cstddef>
#include <cstdint>

namespace sockscat::net {

/// From a pipe or a regular file to a socket. Borrows both descriptors.
class page_sender {
  public:
    /// `socket` -1: it always has to be copied.
    page_sender(int socket, int input) : socket_{socket}, input_{input} {}

    /// For a stream that fills buffers: enlarges a pipe, and moves pages from now on if both
    /// descriptors are fit for it and the socket is in non-blocking mode. Does so only once.
    void engage();
    [[nodiscard]] bool is_engaged() const { return engaged_; }
    /// What is to come has to be copied.
    void disengage() { engaged_ = false; }

    /// Moves some bytes. EAGAIN: the socket takes no more or the input has none, or it has to be
    /// copied after all (is_engaged()). 0 without a code: the end of the input. Other codes are the
    /// socket's. EPIPE raises SIGPIPE unless that is ignored.
    io_result move();

  private:
    io_result from_pipe();
    io_result from_file();

    int socket_;
    int input_;
    bool tried_{false};
    bool engaged_{false};
    bool is_file_{false};
    std::size_t left_{0}; // of a file, that is not its tail
};

/// From a socket to a pipe, a regular file or /dev/null. Borrows both descriptors.
class page_receiver {
  public:
    page_receiver(int socket, int output) : socket_{socket}, output_{output} {}
    page_receiver(const page_receiver&) = delete;
    page_receiver& operator=(const page_receiver&) = delete;
    ~page_receiver();

    /// As page_sender::engage().
    void engage();
    [[nodiscard]] bool is_engaged() const { return engaged_; }
    void disengage() { engaged_ = false; }

    /// Moves some bytes from the socket: into the output if that is a pipe, else only as far as
    /// deliver(). EAGAIN: nothing has come, or a pipe takes no more, or it has to be copied after
    /// all. 0 without a code: the end of the stream, unless a read finds more. EPIPE: nobody reads
    /// the output (a socket never says so to a reader). Other codes are the socket's.
    io_result receive();
    /// True if receive() can be held up by a full pipe of the output.
    [[nodiscard]] bool waits_for_output() const { return own_pipe_[1] == -1; }
    /// Bytes that were received and not yet delivered.
    [[nodiscard]] std::size_t pending() const { return pending_; }
    /// Nothing of that is wanted, and no more pages.
    void drop() { pending_ = 0, engaged_ = false; }
    /// Moves some of the pending bytes into the output; codes are the output's. EINVAL: it takes
    /// copies only; take_pending() has them.
    io_result deliver();
    /// Reads pending bytes into `space`.
    io_result take_pending(std::span<std::uint8_t> space);

  private:
    bool make_own_pipe();

    int socket_;
    int output_;
    bool tried_{false};
    bool engaged_{false};
    int own_pipe_[2]{-1, -1}; // for an output that is no pipe
    std::size_t pending_{0};
};

} // namespace sockscat::net
