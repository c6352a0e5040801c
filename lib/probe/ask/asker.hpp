// SPDX-License-Identifier: MIT
/// Asks one proxy, one connection after the other, and keeps the answers.
#pragma once

#include "exchange_plan.hpp"
#include "probe/answers/answers.hpp"

#include <sockscat/probe.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::probing {

class asker {
  public:
    /// Both are borrowed.
    asker(const connect_options& connection, const probe_options& options)
        : connection_{connection}, options_{options} {
        said.facts = facts_of(connection);
    }

    /// A connection of its own, after the pause; the answer is kept.
    asio::awaitable<void> ask(question about, exchange_plan plan);
    /// The same for what has no place among the questions.
    asio::awaitable<answer> ask(exchange_plan plan);

    [[nodiscard]] const connect_options& connection() const { return connection_; }
    [[nodiscard]] const probe_options& options() const { return options_; }
    [[nodiscard]] const std::vector<address>& targets() const { return options_.targets; }
    [[nodiscard]] bool wants(probe_group group) const { return options_.wants(group); }
    /// Nothing is wanted that needs a request beyond the proxy.
    [[nodiscard]] bool only_asks_cheaply() const;
    /// There is a login that may be used.
    [[nodiscard]] bool may_log_in() const { return said.facts.has_login && said.facts.may_log_in; }

    answers said;

  private:
    [[nodiscard]] bool is_in_a_hurry(const exchange_plan& plan) const;

    const connect_options& connection_;
    const probe_options& options_;
    bool has_asked_{false};
    bool has_waited_{false}; // in vain, for the whole limit
};

} // namespace sockscat::probing
