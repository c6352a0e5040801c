// SPDX-License-Identifier: MIT
/// Asks about one operand of `resolve` after the other, the best way first.
#pragma once

#include "dns_path.hpp"
#include "output/console.hpp"
#include "resolve_output.hpp"
#include "resolve_settings.hpp"

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

#include <array>
#include <memory>
#include <vector>

namespace sockscat::cli {

/// Ways that turned out not to exist, for all lookups of a run.
using closed_ways = std::array<bool, 4>;

/// Has at most one association and one connection of its own, kept from one operand to the next.
/// All arguments are borrowed. For one user at a time.
class name_lookup {
  public:
    name_lookup(
        const connect_options& options,
        const resolve_settings& settings,
        closed_ways& closed,
        console& out);

    /// What came of each question, in the order of the types; several types are one question where
    /// the proxy chooses (Tor).
    asio::awaitable<std::vector<resolve_answers>> look_up(const resolve_subject& subject);

  private:
    using all_answers = std::vector<resolve_answers>;

    [[nodiscard]] std::vector<resolve_way> open_ways(const resolve_subject& subject) const;
    asio::awaitable<all_answers> ask(resolve_way way, const resolve_subject& subject, deadline end);
    asio::awaitable<all_answers> ask_tor(const resolve_subject& subject, deadline end);
    asio::awaitable<all_answers> ask_server(
        resolve_way way, const resolve_subject& subject, deadline end);
    asio::awaitable<void> ask_again_over_tcp(
        const resolve_subject& subject,
        all_answers& answers,
        std::vector<dns_outcome>& outcomes,
        deadline end);
    dns_path& path(resolve_way way);
    void judge(
        const resolve_subject& subject, resolve_answers& out, const dns_outcome& outcome) const;
    [[nodiscard]] error no_record(
        const resolve_subject& subject,
        const std::string& type,
        const dns_response& response) const;
    void note_way(resolve_way way, const resolve_subject& subject) const;

    const connect_options& options_;
    const resolve_settings& settings_;
    closed_ways& closed_;
    console& out_;
    std::unique_ptr<dns_path> udp_;
    std::unique_ptr<dns_path> stream_;
};

} // namespace sockscat::cli
