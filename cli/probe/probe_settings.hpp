// SPDX-License-Identifier: MIT
/// The options of `probe` that are not about the proxy, and which proxies there are.
#pragma once

#include "options/arguments.hpp"
#include "output/console.hpp"

#include <sockscat/probe.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

struct probe_settings {
    probe_settings() = default;

    probe_options probe;
    bool json{false};
    std::vector<probe_check> required; ///< --require
    std::size_t jobs{1'024};
    std::string list_file; ///< --from; "-": stdin
    bool trace{false};
    std::string trace_file;
};

result<probe_settings> probe_settings_from(const arguments& given);

/// The words that --require takes, and what they mean: the ids of checks, their last parts, and
/// "remote-dns".
std::optional<probe_check> find_requirement(std::string_view word);

struct listed_url {
    std::string_view url;
    std::size_t line{0}; ///< of the list, from 1; 0: an operand
};

/// The proxy URLs of a list: one a line; empty lines and those that begin with # are nothing.
/// Borrowed from `text`.
std::vector<listed_url> urls_in(std::string_view text);

/// "sockscat connect -x URL HOST PORT": the command that uses the same chain, for a shell. It holds
/// no password, but says how to give one, unless `knows_password`: the environment has it.
std::string command_to_try(
    const arguments& given, const std::vector<proxy_spec>& chain, bool knows_password);

/// Reads a file, or stdin, to its end. Ends when `interrupt_fd` becomes readable, with
/// failure::usage and the code interrupted.
result<std::string> read_list(const std::string& path, int interrupt_fd);

} // namespace sockscat::cli
