// SPDX-License-Identifier: MIT
/// Datagrams on their way from standard input to an association.
#pragma once

#include "framing.hpp"

#include <sockscat/local_end.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sockscat::cli {

/// A queue of datagrams, at whose end may be the error that ends the run: input that is no
/// datagram. What was read before it is still sent.
class outbox {
  public:
    /// Both are borrowed. `most_payload`: what fits into a datagram, for the message about a frame
    /// that does not.
    outbox(const local_end& input, framing& frames, std::size_t most_payload);

    /// Whether more input is of use now.
    [[nodiscard]] bool wants_input() const;
    /// Reads once, without waiting. True at the end of the input.
    bool read();
    /// Everything was read and sent.
    [[nodiscard]] bool is_finished() const { return ended_ && is_read_out() && is_empty(); }

    /// Takes frames off the input if no datagram waits.
    void fill();
    [[nodiscard]] bool is_empty() const { return next_ == datagrams_.size(); }
    /// Borrowed until the next fill() or read().
    [[nodiscard]] std::span<const outgoing_datagram> waiting() const;
    /// That many of them were sent.
    void pop(std::size_t count);

    /// Drops what waits.
    void fail(error why);
    /// Set once every datagram before it was sent.
    [[nodiscard]] const error* failure() const;

  private:
    [[nodiscard]] std::span<const std::uint8_t> unread() const;
    [[nodiscard]] bool is_read_out() const { return begin_ == end_; }
    [[nodiscard]] bool is_full() const { return begin_ == 0 && end_ == bytes_.size(); }
    void move_to_front();

    const local_end& input_;
    framing& frames_;
    std::size_t most_payload_;
    std::vector<std::uint8_t> bytes_; // of the input, from which frames are taken off the front
    std::size_t begin_{0};
    std::size_t end_{0};
    bool ended_{false};
    std::vector<outgoing_datagram> datagrams_;
    std::size_t next_{0};        // of datagrams_
    std::size_t frame_bytes_{0}; // of bytes_, that datagrams_ was taken from
    std::optional<error> failure_;
};

/// "standard input: WHAT has SIZE, at most N fit (...)"
error too_large(const std::string& what, const std::string& size, std::size_t most_payload);

} // namespace sockscat::cli
