// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/commands.hpp"
#include "cli/help/overview.hpp"
#include "cli/options/arguments.hpp"

#include <algorithm>
#include <set>

namespace sockscat::tests {
namespace {

using namespace cli;

// The options that head an entry of a help text.
std::set<std::string> options_in(const std::string& help) {
    std::set<std::string> found;
    for (std::size_t at = help.find("\n  "); at != std::string::npos;
         at = help.find("\n  ", at + 1)) {
        std::size_t next = help.find_first_not_of(' ', at + 1);
        const bool is_entry = next - at <= 7 && help[next] == '-';
        while (is_entry && help[next] == '-') {
            const std::size_t end = help.find_first_of(" ,[=\n", next);
            found.insert(help.substr(next, end - next));
            next = help.compare(end, 2, ", ") == 0 ? end + 2 : help.size() - 1;
        }
    }
    return found;
}

// What a command accepts, as the help writes it. --version is in the overview.
std::set<std::string> options_of(const command& each) {
    std::set<std::string> names;
    for (const option_spec& spec : each.specs()) {
        if (spec.letter != 0)
            names.insert(std::string{'-', spec.letter});
        if (!spec.name.empty() && spec.name != "version")
            names.insert("--" + std::string{spec.name});
    }
    return names;
}

TEST_CASE("a command accepts the options that its help lists") {
    for (const command& each : commands()) {
        CAPTURE(each.name);
        if (each.name != "help") // its help is the overview
            CHECK(options_in(each.help()) == options_of(each));
    }
}

TEST_CASE("no command has two options of one name") {
    for (const command& each : commands()) {
        CAPTURE(each.name);
        const auto specs = each.specs();
        for (auto one = specs.begin(); one != specs.end(); ++one)
            CHECK(std::none_of(one + 1, specs.end(), [&](const option_spec& other) {
                return (one->letter != 0 && one->letter == other.letter) ||
                       (!one->name.empty() && one->name == other.name);
            }));
    }
}

TEST_CASE("the overview has one line for each command, and each help begins with its name") {
    const std::string overview = overview_text();
    for (const command& each : commands()) {
        CAPTURE(each.name);
        const std::string name{each.name};
        CHECK(overview.find("\n  " + name + " " + std::string{each.operands}) != std::string::npos);
        CHECK(overview.find(std::string{each.summary} + "\n") != std::string::npos);
        CHECK(find_command(each.name) == &each);
        if (name != "help")
            CHECK(each.help().starts_with("sockscat " + name + ": "));
    }
    CHECK(find_command("frobnicate") == nullptr);
    CHECK(find_command("") == nullptr);
}

} // namespace
} // namespace sockscat::tests
