// SPDX-License-Identifier: MIT
/// The words of one conversation: how each kind of question is put, and what is heard.
#pragma once

#include "cut_off.hpp"
#include "questions.hpp"
#include "wire_talk.hpp"

#include <sockscat/client.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <chrono>

namespace sockscat::probing {

class dialogue : private wire_talk {
  public:
    /// All are borrowed; `out` is filled.
    dialogue(
        const connect_options& options,
        const question& asked,
        const asio::any_io_executor& executor,
        net::setup& where,
        answer& out)
        : wire_talk{where, out}, options_{options}, hop_{options.chain.back()}, asked_{asked},
          end_{executor, where.end()} {}

    /// To the last hop; false if it was not reached. Sets no limit of its own.
    asio::awaitable<bool> reach();
    /// Until all is said, or the time is over.
    asio::awaitable<void> run();
    /// The time was over.
    [[nodiscard]] bool is_cut_off() const { return end_.has_come(); }

  private:
    using clock = std::chrono::steady_clock;

    asio::awaitable<void> ask_socks4();
    void put_socks4_request(proto::message_buffer& out) const;
    asio::awaitable<void> ask_tls();
    asio::awaitable<bool> secure();

    asio::awaitable<void> ask_socks5();
    asio::awaitable<void> send_greeting();
    asio::awaitable<void> send_together();
    asio::awaitable<bool> hear_method();
    [[nodiscard]] std::chrono::milliseconds longest_silence() const;
    void nudge_it();
    asio::awaitable<bool> log_in();
    asio::awaitable<void> ask_request();
    asio::awaitable<bool> hear_bound(bool granted);
    asio::awaitable<bool> hear_address();
    void put_login(proto::message_buffer& out) const;
    void put_request(proto::message_buffer& out) const;

    asio::awaitable<void> granted_or_not(bool granted);
    void hang_up();
    [[nodiscard]] static double milliseconds_since(clock::time_point start) {
        return std::chrono::duration<double, std::milli>{clock::now() - start}.count();
    }

    const connect_options& options_;
    const proxy_spec& hop_;
    const question& asked_;
    cut_off end_;
    clock::time_point begun_{};
};

} // namespace sockscat::probing
