// SPDX-License-Identifier: MIT
/// connect -z with a list of ports.
#pragma once

#include "console.hpp"

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace sockscat::cli {

struct scan_outcome {
    int exit_status{0};
    /// Set when the scan was given up, because the proxy itself failed before any port was answered.
    std::optional<error> given_up;
};

/// Tries every port through the chain, `jobs` at a time, and writes "PORT<TAB>WORD" on stdout in the
/// order of the list, each line as soon as its turn comes. All arguments are borrowed.
asio::awaitable<scan_outcome> scan_ports(const connect_options& options,
                                         const host& target,
                                         const std::vector<std::uint16_t>& ports,
                                         int jobs,
                                         console& out);

/// The word for an outcome: refused, unreachable, denied, timeout, failed.
std::string_view scan_word(const error& why);

} // namespace sockscat::cli
