// SPDX-License-Identifier: MIT
/// Asks one proxy, one connection after the other, and keeps the answers.
#pragma once

#include "doubt.hpp"
#include "exchange_plan.hpp"
#include "probe/answers/answers.hpp"

#include <sockscat/probe.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace sockscat::probing {

class asker {
  public:
    /// Both are borrowed.
    asker(const connect_options& connection, const probe_options& options)
        : connection_{connection}, options_{options}, doubt_{connection.chain.back().protocol} {
        said.facts = facts_of(connection);
    }

    /// A connection of its own, after the pause; the answer is kept. Not asked once the proxy has
    /// stopped serving, or has left everything unanswered for two limits. Where the last question
    /// was left open, the proxy is first asked again what it answered before.
    asio::awaitable<void> ask(question about, exchange_plan plan);
    /// The same for what has no place among the questions.
    asio::awaitable<answer> ask(exchange_plan plan);

    [[nodiscard]] const connect_options& connection() const { return connection_; }
    [[nodiscard]] const probe_options& options() const { return options_; }
    [[nodiscard]] const std::vector<address>& targets() const { return options_.targets; }
    [[nodiscard]] bool wants(probe_group group) const { return options_.wants(group); }
    /// No group is wanted that needs a request beyond the proxy.
    [[nodiscard]] bool only_asks_cheaply() const;
    /// UDP of the family by which the proxy was reached.
    [[nodiscard]] address any_sender() const;
    /// There is a login that may be used.
    [[nodiscard]] bool may_log_in() const { return said.facts.has_login && said.facts.may_log_in; }

    answers said;

  private:
    asio::awaitable<void> rest() const;
    asio::awaitable<answer> ask_once(exchange_plan plan);
    asio::awaitable<void> make_sure();
    [[nodiscard]] bool may_ask() const;
    [[nodiscard]] bool is_in_a_hurry(const exchange_plan& plan) const;
    [[nodiscard]] std::chrono::milliseconds limit_for(const exchange_plan& plan) const;
    [[nodiscard]] std::optional<std::chrono::milliseconds> left() const;
    [[nodiscard]] bool is_turned_away(const exchange_plan& plan, const answer& got) const;
    [[nodiscard]] bool is_shut_out(const exchange_plan& plan, const answer& got) const;
    void stop_at(answer last);

    const connect_options& connection_;
    const probe_options& options_;
    doubt doubt_;
    std::size_t asked_{0};
    std::size_t last_good_{0}; // the last connection that was answered as SOCKS or HTTP is
    std::size_t served_{0};    // the last that was told something, and not shut out
    std::chrono::milliseconds waited_{0}; // in vain
    bool has_reply_{false};               // to a request, in full
};

} // namespace sockscat::probing
