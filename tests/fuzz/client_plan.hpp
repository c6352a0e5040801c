// SPDX-License-Identifier: MIT
/// What an input has the client do: a chain of one to three hops, a command, a destination, and how
/// the proxies behave.
#pragma once

#include "chain_model.hpp"
#include "scripted_stream.hpp"

#include <sockscat/client.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace sockscat::fuzz {

/// A method that the caller speaks himself: it says "k" and wants to hear "K".
inline constexpr std::uint8_t own_method = 0x55;

/// No password that is ever used lacks it, and nothing else has it.
inline constexpr std::string_view password_mark = "QWJX";

struct client_plan {
    asked_for what{asked_for::connect};
    std::vector<model_hop> hops;
    address destination;
    std::chrono::milliseconds limit{0};
    std::chrono::milliseconds cancel_after{0}; ///< 0: it is not cancelled
    std::vector<pause> pauses;
    ending ends{ending::closed};
    std::span<const std::uint8_t> pieces;
    std::span<const std::uint8_t> said;

    [[nodiscard]] connect_options options() const;
    [[nodiscard]] peer_script script() const;
    [[nodiscard]] bool has_time() const { return !pauses.empty() || cancel_after.count() != 0; }
};

/// Never one that needs a name server, TLS or GSSAPI.
client_plan plan_from(source& input);

} // namespace sockscat::fuzz
