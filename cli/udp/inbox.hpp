// SPDX-License-Identifier: MIT
/// Datagrams on their way from an association to standard output.
#pragma once

#include "framing.hpp"
#include "output/output_writer.hpp"

#include <sockscat/association.hpp>
#include <sockscat/local_end.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sockscat::cli {

/// One batch at a time: while stdout accepts nothing, nothing is received.
class inbox {
  public:
    /// All are borrowed. No more than `most` datagrams are taken in all.
    inbox(
        association& through,
        framing& frames,
        const local_end& output,
        std::optional<std::uint64_t> most)
        : through_{through}, frames_{frames}, writer_{output}, most_{most} {}

    /// Takes what has arrived, once all before it is written. Returns how many datagrams.
    std::size_t receive();
    /// Writes what stdout accepts.
    void write_now();

    [[nodiscard]] bool is_written() const { return batch_.empty() && writer_.is_empty(); }
    [[nodiscard]] bool is_complete() const { return most_ && received_ >= *most_; }
    /// The socket is empty, or holds so much that is to be dropped that someone only delays the
    /// end.
    [[nodiscard]] bool has_nothing_more() const;
    [[nodiscard]] std::uint64_t received() const { return received_; }
    [[nodiscard]] std::uint64_t received_bytes() const { return received_bytes_; }
    [[nodiscard]] const output_writer& writer() const { return writer_; }

  private:
    association& through_;
    framing& frames_;
    output_writer writer_;
    std::optional<std::uint64_t> most_;
    std::span<const incoming_datagram> batch_; // of the association; not yet with the writer
    std::uint64_t received_{0};
    std::uint64_t received_bytes_{0};
    int dropped_batches_{0}; // in a row
};

} // namespace sockscat::cli
