// SPDX-License-Identifier: MIT
/// The sequence of questions to one proxy.
#pragma once

#include "elimination.hpp"
#include "probe/answers/answers.hpp"
#include "questions.hpp"

#include <sockscat/probe.hpp>

#include <asio/awaitable.hpp>

namespace sockscat::probing {

/// Asks, one connection after the other, and keeps the answers.
class interview {
  public:
    /// Both are borrowed.
    interview(const connect_options& options, const probe_options& wishes);

    asio::awaitable<void> run();
    [[nodiscard]] const answers& said() const { return all_; }

  private:
    asio::awaitable<void> ask_for_entry();
    asio::awaitable<bool> ask_by_elimination();
    asio::awaitable<void> ask_in_doubt(const elimination& methods, const answer& said);
    asio::awaitable<void> ask_singly();
    asio::awaitable<void> ask_about_entry();
    asio::awaitable<void> ask_socks4();
    asio::awaitable<void> ask_inside_tls();
    asio::awaitable<void> ask_methods();
    asio::awaitable<void> ask_commands();
    asio::awaitable<void> ask_socks4_commands();
    asio::awaitable<void> ask_targets();
    asio::awaitable<void> ask_socks4_targets();
    asio::awaitable<void> ask_name_server(target_answer& at);
    asio::awaitable<void> ask_pipelined();
    asio::awaitable<void> measure();

    asio::awaitable<void> ask(answer& into, question what);
    [[nodiscard]] bool is_in_a_hurry(const question& what) const;
    [[nodiscard]] bool is_vain(const address& target) const;
    [[nodiscard]] const address* measured_target() const;
    [[nodiscard]] question inside(std::optional<request> asks) const;
    [[nodiscard]] question old(request asks) const;
    [[nodiscard]] bool wants(probe_group group) const { return wishes_.wants(group); }
    [[nodiscard]] bool only_asks_cheaply() const;
    [[nodiscard]] bool may_log_in() const { return all_.has_login && all_.may_log_in; }

    const connect_options& options_;
    const probe_options& wishes_;
    answers all_;
    bool asked_before_{false};
    bool has_waited_{false}; // in vain, as long as allowed
};

} // namespace sockscat::probing
