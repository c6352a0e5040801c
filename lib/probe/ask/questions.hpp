// SPDX-License-Identifier: MIT
/// The questions of the probe: what is sent on one connection.
#pragma once

#include "proto/socks4.hpp"
#include "proto/socks5.hpp"

#include <sockscat/address.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sockscat::probing {

/// A name that does not exist (RFC 6761 section 6.4): the only one that is ever looked up without a
/// target.
inline constexpr const char* reserved_name = "sockscat-probe.invalid";
inline constexpr std::uint16_t reserved_port = 80;

/// Numbers that nobody assigned, to learn what an honest no looks like.
inline constexpr auto unassigned_method = static_cast<proto::socks5::method>(0x7F);
inline constexpr auto unassigned_command = static_cast<proto::socks5::command>(0x7E);
/// Tor's extensions (socks-extensions.txt).
inline constexpr auto resolve_command = static_cast<proto::socks5::command>(0xF0);
inline constexpr auto resolve_ptr_command = static_cast<proto::socks5::command>(0xF1);

/// CMD or CD, and its destination.
struct request {
    request(std::uint8_t cmd, address to) : command{cmd}, destination{std::move(to)} {}
    request(proto::socks5::command cmd, address to)
        : request{static_cast<std::uint8_t>(cmd), std::move(to)} {}
    request(proto::socks4::command cd, address to)
        : request{static_cast<std::uint8_t>(cd), std::move(to)} {}

    std::uint8_t command;
    address destination;
};

struct question {
    question() = default;

    enum class protocol : std::uint8_t {
        socks5,
        socks4,
        tls, ///< a ClientHello; if it is answered, the SOCKS5 greeting inside
    };

    protocol speaks{protocol::socks5};
    /// SOCKS5: what is offered.
    std::vector<proto::socks5::method> methods;
    /// SOCKS5: log in if the method for it is chosen.
    bool log_in{false};
    /// After the methods, if it comes to that; SOCKS4 begins with it.
    std::optional<request> asks;
    /// Greeting, login and request in one segment.
    bool pipelined{false};
    /// Says something that others than SOCKS answer, once it has been silent for a while.
    bool nudges{false};
    /// A second try, for which nobody waits long.
    bool hurries{false};
    /// After a success: waits so long for what the target says, or for the end.
    std::chrono::milliseconds lingers{0};
    std::chrono::milliseconds limit{10'000};

    /// It asks for something beyond the proxy: a connection, or a name.
    [[nodiscard]] bool goes_beyond() const;
    /// What it is about, for a person.
    [[nodiscard]] std::string_view topic() const;
};

/// A greeting, and nothing behind it. No list: g++ 12 cannot take one in a co_await expression.
template <class... Methods>
question offer(Methods... methods) {
    question out;
    out.methods = {methods...};
    return out;
}

/// 0.0.0.0:0
address nowhere();
/// 192.0.2.1 as a name: an address that needs no lookup (RFC 5737).
address literal_name();
ipv4_address literal_address();
address reserved_destination();

} // namespace sockscat::probing
