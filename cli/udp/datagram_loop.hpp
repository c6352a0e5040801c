// SPDX-License-Identifier: MIT
/// Moves datagrams between an association and the standard streams.
#pragma once

#include "framing.hpp"
#include "output/console.hpp"
#include "output/report.hpp"

#include <sockscat/association.hpp>
#include <sockscat/local_end.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sockscat::cli {

struct datagram_loop_options {
    datagram_loop_options() = default;

    /// How long to go on receiving after the end of the input, counted from the last datagram.
    std::chrono::milliseconds wait{2'000};
    /// Exit after this many datagrams received.
    std::optional<std::uint64_t> count;
    int interrupt_fd{-1};
};

enum class loop_end : std::uint8_t {
    done,        ///< the input ended and the wait is over, or the count is full
    count_short, ///< the wait is over and the count is not full
    association_ended,
    output_closed,
    failed, ///< see `why`
    interrupted,
};

struct loop_result {
    loop_result() = default;

    loop_end ended_by{loop_end::done};
    error why; ///< with failed
    relay_counters bytes;
    datagram_counts counts;
};

/// Runs until an end. Blocks the thread in poll(2), and only there. While stdout accepts nothing,
/// nothing is received either; what the kernel then throws away is counted. The first drop of each
/// kind is reported on `out`. All arguments are borrowed.
loop_result run_datagram_loop(
    association& through,
    framing& frames,
    const local_end& input,
    const local_end& output,
    const datagram_loop_options& options,
    console& out);

} // namespace sockscat::cli
