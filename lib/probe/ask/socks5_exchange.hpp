// SPDX-License-Identifier: MIT
/// SOCKS5 on one connection: greeting, login, request, as far as the plan and the proxy go.
#pragma once

#include "byte_exchange.hpp"
#include "exchange_plan.hpp"

#include <sockscat/proxy_spec.hpp>

#include <asio/awaitable.hpp>

#include <chrono>

namespace sockscat::probing {

class socks5_exchange {
  public:
    /// All are borrowed; `out` is filled.
    socks5_exchange(
        byte_exchange& bytes, const proxy_spec& hop, const exchange_plan& plan, answer& out)
        : bytes_{bytes}, hop_{hop}, plan_{plan}, out_{out} {}

    asio::awaitable<void> run();

  private:
    using clock = std::chrono::steady_clock;

    asio::awaitable<void> send_greeting();
    asio::awaitable<void> send_together();
    asio::awaitable<bool> hear_method();
    asio::awaitable<bool> log_in();
    asio::awaitable<void> ask_request();
    asio::awaitable<bool> hear_bound(bool granted);
    asio::awaitable<bool> hear_address();
    void put_login(base::message_buffer& out) const;
    void put_request(base::message_buffer& out) const;
    [[nodiscard]] double elapsed() const;

    byte_exchange& bytes_;
    const proxy_spec& hop_;
    const exchange_plan& plan_;
    answer& out_;
    clock::time_point begun_{};
};

} // namespace sockscat::probing
