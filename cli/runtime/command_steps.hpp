// SPDX-License-Identifier: MIT
/// The course of every command that goes through the proxies of -x, from its options to its exit
/// status: all of it is checked and every file is open before anything is sent.
#pragma once

#include "command_run.hpp"
#include "options/proxy_options.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace sockscat::cli {

/// What one command does at each step. `Settings` has a member `account`; `Ends` opens the standard
/// streams that the command uses.
template <class Settings, class Ends>
struct command_steps {
    std::string_view name;
    /// From the options and operands alone.
    result<Settings> (*settings_from)(const arguments& given);
    /// Against the proxies; what is settled only with them goes into both.
    result<void> (*check)(Settings& settings, connect_options& options, console& out);
    /// Files in addition to those of --report and --trace-file; null if there are none.
    result<void> (*open_files)(Settings& settings, int interrupt_fd);
    /// For the report.
    std::string (*target_of)(const Settings& settings);
    /// Returns the exit status.
    int (*run)(command_run& run, Settings& settings, Ends& ends);
};

template <class Settings, class Ends>
int run_steps(const command_steps<Settings, Ends>& steps, arguments given, console& out) {
    signal_watch signals;
    auto made = steps.settings_from(given);
    if (!made)
        return refuse(out, made.error(), signals);
    Settings settings = std::move(made).value();
    auto options = connect_options_from(given, out, signals.fd());
    if (!options)
        return refuse(out, options.error(), signals);
    if (auto checked = steps.check(settings, options.value(), out); !checked)
        return refuse(out, checked.error(), signals);
    given = {}; // with the passwords of its URLs
    auto files = open_outputs(settings.account, signals.fd());
    if (!files)
        return refuse(out, files.error(), signals);
    if (steps.open_files != nullptr)
        if (auto opened = steps.open_files(settings, signals.fd()); !opened)
            return refuse(out, opened.error(), signals);
    command_run run{steps.name,
                    steps.target_of(settings),
                    settings.account,
                    std::move(options).value(),
                    out,
                    signals,
                    files.value()};
    Ends ends;
    return run.finish(steps.run(run, settings, ends));
}

} // namespace sockscat::cli
