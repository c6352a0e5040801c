// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/help.hpp"
#include "output/console.hpp"
#include "output/exit_status.hpp"
#include "runtime/process.hpp"

#include <sockscat/text.hpp>

#include <exception>
#include <string>
#include <vector>

namespace {

namespace cli = sockscat::cli;

int dispatch(const std::vector<std::string>& words) {
    if (words.empty())
        return cli::say_usage_error("no command", "sockscat --help lists the commands");
    const std::string& first = words.front();
    if (first == "--help" || first == "-h")
        return cli::print(cli::overview_text());
    if (first == "--version")
        return cli::print("sockscat " SOCKSCAT_VERSION "\n");
    const std::vector<std::string> rest{words.begin() + 1, words.end()};
    if (const cli::command* const found = cli::find_command(first))
        return found->run(rest);
    if (first.starts_with('-'))
        return cli::say_usage_error(
            "option " + sockscat::quote(first) + " before the command",
            "the command comes first: sockscat connect [options] HOST PORT");
    return cli::cmd_help({first}); // says that it is unknown, and what was meant
}

} // namespace

int main(int argc, char** argv) {
    try {
        cli::prepare_process();
        const std::vector<std::string> words{argv + (argc > 0 ? 1 : 0), argv + argc};
        cli::blank_passwords(argc, argv);
        return dispatch(words);
    } catch (const std::exception& why) {
        cli::console{}.error(sockscat::escape(why.what()));
        return cli::exit_stream;
    }
}
