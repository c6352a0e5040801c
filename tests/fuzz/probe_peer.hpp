// SPDX-License-Identifier: MIT
/// The proxy that probe() meets: it answers by its manners, which say what it is, but where a
/// connection has a script. Both come from the input.
#pragma once

#include "probe_wire.hpp"
#include "scripted_stream.hpp"

#include <sockscat/hooks.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::fuzz {

/// What it answers, by what it is asked; numbers of answers, see the source.
enum class manner : std::uint8_t {
    greeting,
    login,
    lookup, ///< CONNECT to the reserved name
    target, ///< CONNECT to anything else
    control,
    bind,
    associate,
    resolve,
    resolve_ptr,
    socks4, ///< whether it is spoken; if it is, its codes are those of SOCKS5
    http,
    http_login,
    http_control,
    http_page,
    http_target,
};
inline constexpr std::size_t manner_count = 15;

/// What a connection does in place of an answer.
struct script_step {
    enum class act : std::uint8_t {
        answer,
        say,
        echo,
        pause,
        close,
        reset,
        hush,
        refuse,
        dial_late
    };

    act what{act::answer};
    bool is_prompt{false}; ///< nothing is waited for before it
    std::string said;
    std::chrono::milliseconds length{0};
};

struct peer_plan {
    std::array<std::uint8_t, manner_count> manners{};
    /// By connection, and then all of them again, or the last one.
    std::vector<std::vector<script_step>> scripts;
    bool repeats_all{false};
    bool closes_at_strangers{false}; ///< bytes that no manner knows

    [[nodiscard]] bool has_time() const;
};
peer_plan peer_from(source& input);

struct peer_connection {
    peer_script script;
    std::vector<script_step> steps;
    std::string said;
    std::size_t at{0};       // of the steps
    std::size_t answered{0}; // messages
    std::size_t first_write{0};
    bool is_hushed{false};
    bool is_made{false};
    std::chrono::milliseconds begun{0}; // to be dialled
};

/// All of its connections. Borrows the plan.
class scripted_proxy {
  public:
    scripted_proxy(const peer_plan& plan, std::span<const std::uint8_t> pieces)
        : plan_{plan}, pieces_{pieces} {}

    asio::awaitable<result<std::unique_ptr<stream>>> dial();

    std::deque<peer_connection> connections;

  private:
    void hear(peer_connection& now);
    void act(peer_connection& now, const script_step& step, const heard_message& about);
    void answer(peer_connection& now, const heard_message& about) const;
    [[nodiscard]] unsigned manner_of(manner which) const {
        return plan_.manners[static_cast<std::size_t>(which)];
    }

    const peer_plan& plan_;
    std::span<const std::uint8_t> pieces_;
};

} // namespace sockscat::fuzz
