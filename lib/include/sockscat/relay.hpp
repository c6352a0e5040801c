// SPDX-License-Identifier: MIT
/// The two-way copy between local descriptors and a tunnel.
#pragma once

#include <sockscat/client.hpp>
#include <sockscat/local_end.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <system_error>

namespace sockscat {

/// What the end of the input does, once everything read was sent (protocol.md section 7.3).
enum class end_of_input : std::uint8_t {
    automatic,  ///< go on receiving; shut our sending side down after a silence
    half_close, ///< shut our sending side down at once, go on receiving
    close,      ///< shut our sending side down, leave when the far side has ended, or after 2 s
    ignore,     ///< never shut down, go on receiving
};

struct relay_counters {
    std::uint64_t sent{0};     ///< payload bytes to the far side
    std::uint64_t received{0}; ///< payload bytes from the far side
};

struct relay_options {
    relay_options() = default;

    end_of_input on_eof{end_of_input::automatic};
    /// end_of_input::automatic: how long nothing must have come.
    std::chrono::milliseconds eof_delay{5'000};
    /// Leave at the latest so long after the end of the input.
    std::optional<std::chrono::milliseconds> linger;
    /// Leave when nothing moved either way for so long.
    std::optional<std::chrono::milliseconds> idle_limit;
    /// False: the input is never read, and that is not its end.
    bool read_input{true};
    /// False: what comes is counted and thrown away.
    bool write_output{true};
    /// Leave when this descriptor becomes readable; -1: none. Not owned.
    int interrupt_fd{-1};
    /// Called about every `progress_interval` while the relay runs. Must not throw.
    std::function<void(const relay_counters&)> on_progress;
    std::chrono::milliseconds progress_interval{250};
};

/// Why a relay ended.
enum class relay_end : std::uint8_t {
    far_side_finished, ///< the far side ended its stream and everything was written out
    input_finished,    ///< end_of_input::close: everything was sent
    linger_over,
    idle,
    output_closed,   ///< nobody reads the output any more
    far_side_failed, ///< reset or another error of the stream; what had come was written out
    input_failed,
    output_failed,
    interrupted,
};

struct relay_result {
    relay_counters bytes;
    relay_end ended_by{relay_end::far_side_finished};
    /// With *_failed.
    std::error_code code;
    /// We shut our sending side down, nothing ever came, and the far side ended within about a
    /// round trip of it: perhaps a proxy that closes both ways and lost the answer
    /// (protocol.md 7.3).
    bool lost_by_half_close{false};
};

/// Copies until one of the ends above. Blocks the calling thread in poll(2): one thread, no timer
/// that wakes an idle tunnel, and no event loop that would have to own the inherited descriptors.
/// SIGPIPE must be ignored. Nothing is closed.
relay_result relay(
    stream& tunnel, const local_end& input, const local_end& output, const relay_options& options);

} // namespace sockscat
