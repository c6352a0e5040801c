// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help.hpp"
#include "options/arguments.hpp"

#include <sockscat/text.hpp>

#include <string>

namespace sockscat::cli {
int cmd_help(const std::vector<std::string>& words) {
    if (words.empty() || words[0] == "-h" || words[0] == "--help")
        return print(overview_text());
    if (words.size() > 1)
        return say_usage_error("help takes one command, not also " + quote(words[1]), "");
    if (const command* const found = find_command(words[0]))
        return print(found->help());
    const auto meant = guess(words[0], command_names());
    return say_usage_error(
        "unknown command " + quote(words[0]),
        meant ? "did you mean " + std::string{*meant} + "?" : "sockscat --help lists the commands");
}

} // namespace sockscat::cli
