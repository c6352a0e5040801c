// SPDX-License-Identifier: MIT
/// \file
/// Copying both ways between local descriptors and a tunnel.
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

/// What happens at the end of the input, once everything that was read has been sent.
enum class end_of_input : std::uint8_t {
    automatic,  ///< keep receiving; shut down the sending side after a silence
    half_close, ///< shut down the sending side immediately, keep receiving
    close,      ///< shut down the sending side, stop when the other end has ended, or after 2 s
    ignore,     ///< never shut down, keep receiving
};

/// How much was moved.
struct relay_counters {
    std::uint64_t sent{0};     ///< bytes of data to the other end of the tunnel
    std::uint64_t received{0}; ///< bytes of data from there
};

/// How relay() works.
struct relay_options {
    relay_options() = default;

    end_of_input on_eof{end_of_input::automatic}; ///< what happens at the end of the input
    /// How long a silence is: nothing received after the end of the input
    /// (end_of_input::automatic), or no more input after the other end has ended. Also the longest
    /// time that input is sent after the reader of the output has gone.
    std::chrono::milliseconds eof_delay{5'000};
    /// Stop at most this long after the end of the input.
    std::optional<std::chrono::milliseconds> linger;
    /// Stop when nothing has moved in either direction for this long.
    std::optional<std::chrono::milliseconds> idle_limit;
    /// False: the input is never read, which does not count as its end.
    bool read_input{true};
    /// Each LF of the input is sent as CR LF, unless a CR precedes it.
    bool add_cr{false};
    /// False: what is received is counted and discarded, and the end of the other end does not end
    /// the relay.
    bool write_output{true};
    /// Stop when this descriptor becomes readable; -1: none. Not owned.
    int interrupt_fd{-1};
    /// Called about every `progress_interval` while the relay runs. Must not throw.
    std::function<void(const relay_counters&)> on_progress;
    /// Between two calls of on_progress.
    std::chrono::milliseconds progress_interval{250};
};

/// Why a relay ended.
enum class relay_end : std::uint8_t {
    /// The other end ended its stream and everything was delivered, and all input was sent: it has
    /// ended, or was silent, or is a terminal, or is not read.
    far_side_finished,
    /// All of the input was sent, and nothing else is to be done: end_of_input::close, or the
    /// reader
    /// of the output has gone.
    input_finished,
    linger_over,     ///< relay_options::linger
    idle,            ///< relay_options::idle_limit
    output_closed,   ///< the reader of the output has gone, and not everything was moved
    far_side_failed, ///< the tunnel was reset or cut short; what had come was delivered
    input_failed,    ///< reading the input failed
    output_failed,   ///< writing the output failed
    interrupted,     ///< relay_options::interrupt_fd
};

/// How a relay ended.
struct relay_result {
    /// How much was moved.
    relay_counters bytes;
    /// Why it ended.
    relay_end ended_by{relay_end::far_side_finished};
    /// With far_side_failed, input_failed and output_failed: the system's code.
    std::error_code code;
    /// Some bytes of the input were not sent, or are known not to have arrived. Never with
    /// far_side_finished or input_finished.
    bool has_unsent{false};
    /// The other end ended after the sending side had been shut down. If nothing was ever received,
    /// the proxy may be one that then closes both directions and loses the answer.
    bool shut_down_first{false};
};

/// Copies until one of the ends above. Blocks the calling thread in poll(2), or in epoll(7) in a
/// long conversation: no coroutine, no event loop, and no timer that wakes an idle tunnel. SIGPIPE
/// must be ignored. The output is ended (local_end::end()) when the other end has ended and
/// everything was delivered, which may be long before the relay ends. Nothing else is closed; but
/// the tunnel is abandoned (stream::abandon()) unless everything was sent. All arguments are
/// borrowed.
SOCKSCAT_EXPORT relay_result
relay(stream& tunnel, const local_end& input, local_end& output, const relay_options& options);

} // namespace sockscat
