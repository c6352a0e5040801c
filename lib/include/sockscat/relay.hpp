// SPDX-License-Identifier: MIT
/// The two-way copy between local descriptors and a tunnel.
#pragma once

#include <sockscat/client.hpp>
#include <sockscat/export.hpp>
#include <sockscat/local_end.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <system_error>

namespace sockscat {

/// What the end of the input does, once everything read was sent.
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
    /// A silence: nothing came after the end of the input (end_of_input::automatic), or the input
    /// gave nothing after the end of the far side. Also the longest that input is sent for after
    /// the reader of the output has gone.
    std::chrono::milliseconds eof_delay{5'000};
    /// Leave at the latest so long after the end of the input.
    std::optional<std::chrono::milliseconds> linger;
    /// Leave when nothing moved either way for so long.
    std::optional<std::chrono::milliseconds> idle_limit;
    /// False: the input is never read, and that is not its end.
    bool read_input{true};
    /// Each LF of the input goes out as CR LF, unless a CR is before it already.
    bool add_cr{false};
    /// False: what comes is counted and thrown away, and the far side's end is none of the relay.
    bool write_output{true};
    /// Leave when this descriptor becomes readable; -1: none. Not owned.
    int interrupt_fd{-1};
    /// Called about every `progress_interval` while the relay runs. Must not throw.
    std::function<void(const relay_counters&)> on_progress;
    std::chrono::milliseconds progress_interval{250};
};

/// Why a relay ended.
enum class relay_end : std::uint8_t {
    /// The far side ended its stream and everything was delivered; and all that the input gave was
    /// sent: it has ended, gave nothing for a silence, is a terminal, or is not read.
    far_side_finished,
    /// All of the input was sent, and nothing else is wanted: end_of_input::close, or the reader of
    /// the output has gone.
    input_finished,
    linger_over,
    idle,
    output_closed,   ///< nobody reads the output any more, and not all was moved
    far_side_failed, ///< reset, cut short, or more was refused; what had come was delivered
    input_failed,
    output_failed,
    interrupted,
};

struct relay_result {
    relay_counters bytes;
    relay_end ended_by{relay_end::far_side_finished};
    /// With *_failed.
    std::error_code code;
    /// Bytes that the input gave were not sent, or are known not to have arrived. Never with
    /// far_side_finished or input_finished.
    bool has_unsent{false};
    /// The far side ended after our sending side had been shut down: if nothing ever came, perhaps
    /// a proxy that closes both ways then, and lost the answer.
    bool shut_down_first{false};
};

/// Copies until one of the ends above. Blocks the calling thread in poll(2), or in epoll(7) in a
/// long conversation: one thread, no timer that wakes an idle tunnel, and no event loop that would
/// have to own the inherited descriptors. SIGPIPE must be ignored. The output is ended
/// (local_end::end()) when the far side has ended and everything was delivered, which may be long
/// before the relay ends. Nothing else is closed; but the tunnel is abandoned (stream::abandon())
/// unless everything was sent.
SOCKSCAT_EXPORT relay_result
relay(stream& tunnel, const local_end& input, local_end& output, const relay_options& options);

} // namespace sockscat
