// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/help.hpp"
#include "options/proxy_options.hpp"
#include "options/tls_options.hpp"
#include "resolve_run.hpp"
#include "resolve_settings.hpp"
#include "runtime/command_run.hpp"
#include "runtime/process.hpp"

#include <string>
#include <utility>

namespace sockscat::cli {
namespace {

std::string target_text(const resolve_settings& settings) {
    std::string text;
    for (const resolve_subject& each : settings.subjects)
        text += (text.empty() ? "" : ",") + each.operand;
    return text;
}

int resolve_names(command_run& run, const resolve_settings& settings) {
    const local_end output{1, local_end::use::output};
    harden_process();
    const auto status = run.await(resolve_all(run, settings, output));
    return status ? *status : run.signalled();
}

int run_resolve(const arguments& given, console& out) {
    signal_watch signals;
    account_settings account = account_settings_from(given);
    auto options = connect_options_from(given, out, signals.fd());
    if (!options)
        return refuse(out, options.error(), signals);
    auto settings = resolve_settings_from(given, options.value());
    if (!settings)
        return refuse(out, settings.error(), signals);
    const resolve_settings wanted = std::move(settings).value();
    if (wanted.tls)
        warn_if_insecure(*wanted.tls, to_string(*wanted.server), out);
    auto files = open_outputs(account, signals.fd());
    if (!files)
        return refuse(out, files.error(), signals);
    command_run run{
        "resolve", target_text(wanted), std::move(account), std::move(options).value(), out,
        signals,   files.value()};
    return run.finish(resolve_names(run, wanted));
}

} // namespace

int cmd_resolve(const std::vector<std::string>& words) {
    return with_arguments("resolve", resolve_specs(), words, resolve_text, run_resolve);
}

} // namespace sockscat::cli
