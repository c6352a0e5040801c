// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "options/arguments.hpp"
#include "options/edit_distance.hpp"
#include "output/print.hpp"
#include "overview.hpp"

#include <sockscat/text.hpp>

#include <string>

namespace sockscat::cli {

std::vector<option_spec> help_specs() {
    return {
        {'h', "help", takes::nothing},
        {0, "version", takes::nothing},
        {'v', "verbose", takes::nothing},
    };
}

int print_unknown_command(std::string_view name, const std::string& advice) {
    const auto meant = nearest(name, command_names());
    return print_usage_error(
        "unknown command " + quote_value(name), !advice.empty() ? advice
                                                : meant
                                                    ? "did you mean " + std::string{*meant} + "?"
                                                    : "sockscat --help lists the commands");
}

int run_help(arguments given, console&) { // NOLINT(performance-unnecessary-value-param): as all
    const auto& operands = given.operands();
    if (operands.empty())
        return print(overview_text());
    if (operands.size() > 1)
        return print_usage_error("help takes only one command", "");
    const command* const found = find_command(operands[0]);
    return found == nullptr ? print_unknown_command(operands[0]) : print(found->help());
}

} // namespace sockscat::cli
