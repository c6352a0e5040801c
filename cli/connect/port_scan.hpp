// SPDX-License-Identifier: MIT
/// connect -z with a list of ports.
#pragma once

#include "output/console.hpp"
#include "output/watcher.hpp"

#include <sockscat/client.hpp>
#include <sockscat/local_end.hpp>

#include <asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace sockscat::cli {

struct scan_outcome {
    int exit_status{0};
    /// Set when the scan ended early: the proxy itself failed at the first port, or stdout.
    std::optional<error> given_up;
    /// No one reads stdout any more.
    bool output_closed{false};
};

/// Tries every port through the chain, `jobs` at a time, and writes "PORT<TAB>WORD" on stdout in
/// the order of the list, each line as soon as its turn comes. If what fails at the first port is
/// the proxy, no more are tried and all that are left get the same word. `on_last` is
/// called when all have been tried, before the last line is written, unless it ends early. All
/// arguments are borrowed; `watch` is told the port after each hop's label.
asio::awaitable<scan_outcome> scan_ports(
    const connect_options& options,
    const host& target,
    const std::vector<std::uint16_t>& ports,
    int jobs,
    const local_end& output,
    console& out,
    watcher& watch,
    const std::function<void()>& on_last);

/// The word for an outcome: refused, unreachable, denied, timeout, failed.
std::string_view scan_word(const error& why);

} // namespace sockscat::cli
