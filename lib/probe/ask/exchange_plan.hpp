// SPDX-License-Identifier: MIT
/// What is sent on one connection, and how long an answer is waited for.
#pragma once

#include "probe/answers/answers.hpp"
#include "proto/socks4.hpp"
#include "proto/socks5.hpp"

#include <sockscat/address.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sockscat::probing {

/// CMD or CD, and its target.
struct request {
    request(std::uint8_t cmd, address to) : command{cmd}, destination{std::move(to)} {}
    request(proto::socks5::command cmd, address to)
        : request{static_cast<std::uint8_t>(cmd), std::move(to)} {}
    request(proto::socks4::command cd, address to)
        : request{static_cast<std::uint8_t>(cd), std::move(to)} {}

    std::uint8_t command;
    address destination;
};

struct exchange_plan {
    exchange_plan() = default; // no aggregate: g++ 12 frees one in a co_await expression twice

    enum class protocol : std::uint8_t {
        socks5,
        socks4,
        http,
        tls, ///< a ClientHello; if it is answered, the SOCKS5 greeting inside
    };

    protocol speaks{protocol::socks5};
    /// SOCKS5: what is offered.
    std::vector<proto::socks5::method> methods;
    /// SOCKS5: log in if the method for it is chosen.
    bool log_in{false};
    /// The method, and the login, were accepted before.
    bool is_accepted{false};
    /// After the methods, if it comes to that; SOCKS4 begins with it.
    std::optional<request> asks;
    /// Greeting, login and request in one segment.
    bool pipelined{false};
    /// Says something that others than SOCKS answer, once it has been silent for a while.
    bool nudges{false};
    /// A second try, which gets the short limit.
    bool hurries{false};
    /// HTTP: asks for a page, as of a web server.
    bool wants_page{false};
    /// How many questions are to come that need as much time of what is left; 1 of a second try.
    std::optional<std::size_t> followed_by;
    /// After a success: how long to wait for what the target says, or for the end.
    std::chrono::milliseconds lingers{0};
    std::chrono::milliseconds limit{10'000}; ///< for all of it; 0: none

    /// It asks for something beyond the proxy: a connection, or a name.
    [[nodiscard]] bool goes_beyond() const;
    /// What it is about, for a person.
    [[nodiscard]] std::string_view topic() const;
};

/// A greeting, and nothing after it. No list: g++ 12 cannot take one in a co_await expression.
template <class... Methods>
exchange_plan offer(Methods... methods) {
    exchange_plan out;
    out.methods = {methods...};
    return out;
}

/// A request by the method that the proxy has accepted before; without `asks`, up to where it would
/// be sent.
exchange_plan socks5_plan(const answers& known, std::optional<request> asks);
exchange_plan socks4_plan(request asks);

} // namespace sockscat::probing
