// SPDX-License-Identifier: MIT
#include "dispatch.hpp"

#include "commands.hpp"
#include "help/overview.hpp"
#include "help/version.hpp"
#include "options/arguments.hpp"
#include "options/habits.hpp"
#include "options/proxy_options.hpp"
#include "output/print.hpp"
#include "runtime/process.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::cli {
namespace {

// Sorts the words, answers --help and --version, makes the console.
int run_command(const command& chosen, std::vector<std::string> words) {
    auto given = arguments::parse(chosen.specs(), words);
    words = {}; // no word outlives its use: it may be a password
    if (!given)
        return print_usage_error(
            to_string(given.error()),
            given.error().advice.empty()
                ? "sockscat " + std::string{chosen.name} + " --help lists the options"
                : given.error().advice);
    if (given.value().has("help"))
        return print(chosen.help());
    if (given.value().has("version"))
        return print(given.value().has("verbose") ? version_and_libraries() : version_text());
    auto out = console_from(given.value());
    if (!out)
        return print_usage_error(to_string(out.error()), "");
    if (given.value().has("no-sandbox"))
        allow_debuggers();
    return chosen.run(std::move(given).value(), out.value());
}

bool asks_for_more(const std::string& word) {
    return word == "--verbose" || word == "-v" || word == "-vv";
}

// Without its value, which may be a secret.
std::string option_in(const std::string& word) {
    return word.substr(0, word.starts_with("--") ? word.find('=') : 2);
}

} // namespace

int dispatch(std::vector<std::string> words) {
    if (words.empty())
        return print_usage_error("no command", "sockscat --help lists the commands");
    const std::string& first = words.front();
    if (first == "--help" || first == "-h")
        return print(overview_text());
    const bool is_verbose = std::any_of(words.begin(), words.end(), asks_for_more);
    if (first == "--version")
        return print(is_verbose ? version_and_libraries() : version_text());
    if (asks_for_more(first) && std::find(words.begin(), words.end(), "--version") != words.end())
        return print(version_and_libraries());
    if (const command* const found = find_command(first)) {
        words.erase(words.begin());
        return run_command(*found, std::move(words));
    }
    if (first.starts_with('-'))
        return print_usage_error(
            "option " + quote_value(option_in(first)) + " comes before the command",
            "the command comes first: sockscat connect [options] HOST PORT");
    return print_unknown_command(first, advice_for_no_command(words));
}

} // namespace sockscat::cli
