// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "command.hpp"
#include "help.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <iterator>
#include <string>

namespace sockscat::cli {
namespace {

// Commands of later versions, so that nobody looks for a typing error.
constexpr std::string_view later[] = {"resolve"};

} // namespace

int cmd_help(const std::vector<std::string>& words) {
    if (words.empty() || words[0] == "-h" || words[0] == "--help")
        return print(overview_text());
    if (words.size() > 1)
        return say_usage_error("help takes one command, not also " + quote(words[1]), "");
    if (const command* const found = find_command(words[0]))
        return print(found->help());
    if (std::find(std::begin(later), std::end(later), words[0]) != std::end(later))
        return say_usage_error(
            "command " + quote(words[0]) + " is not available in this version", "");
    const auto meant = guess(words[0], command_names());
    return say_usage_error(
        "unknown command " + quote(words[0]),
        meant ? "did you mean " + std::string{*meant} + "?" : "sockscat --help lists the commands");
}

} // namespace sockscat::cli
