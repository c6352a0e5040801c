// SPDX-License-Identifier: MIT
/// When a relay ends, and why: no descriptor, no clock, only rules.
#pragma once

#include "downstream.hpp"
#include "upstream.hpp"

#include <sockscat/relay.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sockscat::net {

/// What time may end. Each is running only while its rule holds.
enum class alarm : std::uint8_t {
    idle,    ///< nothing moved
    linger,  ///< that long after the end of the input
    quiet,   ///< nothing came after the end of the input
    leave,   ///< the other end was told, and did not end
    silence, ///< the other end has ended, and the input gives nothing
    hurry,   ///< the reader is gone, and the input goes on and on
    grace,   ///< the reader is gone, and the input gives nothing
};
inline constexpr std::size_t alarms = 7;

/// The state of both directions.
struct standing {
    standing() = default;

    upstream::state up{upstream::state::open};
    downstream::state down{downstream::state::receiving};
    bool has_unsent{false};        ///< bytes of the input
    bool has_lost{false};          ///< bytes from the other end that no one read
    bool is_cut{false};            ///< the other end ended by an error, or refuses what is sent
    bool is_hung_up{false};        ///< the other end accepts no more, and nothing is missing there
    bool is_input_optional{false}; ///< no one asked for more input than there was
    std::array<bool, alarms> over{};

    [[nodiscard]] bool is_over(alarm which) const { return over[static_cast<std::size_t>(which)]; }
    [[nodiscard]] bool is_all_sent() const {
        return up == upstream::state::sent || up == upstream::state::ending ||
               up == upstream::state::ended;
    }
};

/// Why the relay ends now, if it does. Ends that are a success may wait until the last bytes were
/// acknowledged.
std::optional<relay_end> end_of(const standing& at);

/// Whether the other end is to be told now that nothing more will be sent.
bool is_time_to_shut_down(const standing& at, end_of_input policy);

} // namespace sockscat::net
