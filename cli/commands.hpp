// SPDX-License-Identifier: MIT
/// What a command is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

struct command {
    std::string_view name;
    /// Takes the words behind the command's name, returns the exit status.
    int (*run)(const std::vector<std::string>& words);
    std::string (*help)();
};

/// All commands, in the order of the help; null if there is none of that name.
const command* find_command(std::string_view name);
std::vector<std::string_view> command_names();

int cmd_bind(const std::vector<std::string>& words);
int cmd_connect(const std::vector<std::string>& words);
int cmd_probe(const std::vector<std::string>& words);
int cmd_udp(const std::vector<std::string>& words);
int cmd_resolve(const std::vector<std::string>& words);
int cmd_help(const std::vector<std::string>& words);

/// Writes a text on stdout. Returns the exit status.
int print(std::string_view text);

/// Says what is wrong with the command line; `advice` may be empty. Returns the exit status.
int say_usage_error(std::string_view cause, std::string_view advice);

} // namespace sockscat::cli
