// SPDX-License-Identifier: MIT
/// The table of the commands. What is said of them elsewhere (the overview, guesses, the manual,
/// the completions) is made from it or checked against it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

class arguments;
class console;
struct option_spec;

struct command {
    std::string_view name;
    std::string_view operands; ///< as the overview shows them
    std::string_view summary;  ///< one line
    std::vector<option_spec> (*specs)();
    std::string (*help)();
    /// Returns the exit status.
    int (*run)(arguments given, console& out);
};

/// All commands, in the order of the help.
std::span<const command> commands();
/// Null if there is none of that name.
const command* find_command(std::string_view name);
std::vector<std::string_view> command_names();

// What the rows hold, each from the command's own folder.

std::vector<option_spec> connect_specs();
std::string connect_help();
int run_connect(arguments given, console& out);

std::vector<option_spec> bind_specs();
std::string bind_help();
int run_bind(arguments given, console& out);

std::vector<option_spec> udp_specs();
std::string udp_help();
int run_udp(arguments given, console& out);

std::vector<option_spec> probe_specs();
std::string probe_help();
int run_probe(arguments given, console& out);

std::vector<option_spec> resolve_specs();
std::string resolve_help();
int run_resolve(arguments given, console& out);

std::vector<option_spec> help_specs();
int run_help(arguments given, console& out);

} // namespace sockscat::cli
