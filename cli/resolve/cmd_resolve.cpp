// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "options/tls_options.hpp"
#include "resolve_run.hpp"
#include "resolve_settings.hpp"
#include "runtime/command_steps.hpp"

#include <string>
#include <utility>

namespace sockscat::cli {
namespace {

// The settings of `resolve` depend on the proxies: they are made when these are known.
struct resolve_plan {
    resolve_plan() = default;

    const arguments* given{nullptr};
    account_settings account;
    resolve_settings settings;
};

struct output_end {
    local_end output{1, local_end::use::output};
};

result<resolve_plan> plan_from(const arguments& given) {
    resolve_plan plan;
    plan.given = &given;
    plan.account = account_settings_from(given);
    return plan;
}

result<void> check_plan(resolve_plan& plan, connect_options& options, console& out) {
    auto settings = resolve_settings_from(*plan.given, options);
    if (!settings)
        return settings.error();
    plan.settings = std::move(settings).value();
    if (plan.settings.tls)
        warn_if_insecure(*plan.settings.tls, to_string(*plan.settings.client.server), out);
    return {};
}

std::string target_text(const resolve_plan& plan) {
    std::string text;
    for (const resolve_subject& each : plan.settings.subjects)
        text += (text.empty() ? "" : ",") + each.operand;
    return text;
}

int resolve_names(command_run& run, resolve_plan& plan, output_end& ends) {
    run.confine_for_setup(true);
    const auto status = run.await(resolve_all(run, plan.settings, ends.output));
    return status ? *status : run.signalled();
}

constexpr command_steps<resolve_plan, output_end> steps{"resolve", plan_from,   check_plan,
                                                        nullptr,   target_text, resolve_names};

} // namespace

int run_resolve(arguments given, console& out) {
    return run_steps(steps, std::move(given), out);
}

} // namespace sockscat::cli
