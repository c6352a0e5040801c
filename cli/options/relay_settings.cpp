// SPDX-License-Identifier: MIT
#include "relay_settings.hpp"

#include "credentials_source.hpp"
#include "parse.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace sockscat::cli {

const std::vector<option_spec> relay_specs{
    {0, "on-eof", takes::value},
    {0, "eof-delay", takes::value},
    {'N', "", takes::nothing, "on-eof=half-close"},
    {0, "linger", takes::value},
    {'C', "crlf", takes::nothing},
    {'d', "no-stdin", takes::nothing},
    {0, "recv-only", takes::nothing},
    {0, "send-only", takes::nothing},
    {'i', "idle-timeout", takes::value},
    {0, "progress", takes::nothing},
};

const std::vector<option_spec> account_specs{
    {0, "stats", takes::nothing},
    {0, "report", takes::value},
};

namespace {

struct policy_name {
    std::string_view name;
    end_of_input policy;
};

constexpr policy_name policies[] = {
    {"auto", end_of_input::automatic},
    {"half-close", end_of_input::half_close},
    {"close", end_of_input::close},
    {"ignore", end_of_input::ignore},
};

result<void> apply_policy(const arguments& given, relay_options& relay) {
    const auto text = given.value("on-eof");
    if (text) {
        const auto* const found =
            std::find_if(std::begin(policies), std::end(policies), [&](const policy_name& p) {
                return p.name == *text;
            });
        if (found == std::end(policies))
            return usage_error(
                "--on-eof takes auto, half-close, close or ignore, not " + quote_value(*text));
        relay.on_eof = found->policy;
    } else if (given.has("send-only")) {
        relay.on_eof = end_of_input::close;
    }
    return {};
}

} // namespace

result<relay_options> relay_options_from(const arguments& given) {
    relay_options relay;
    const bool no_input = given.has("no-stdin") || given.has("recv-only");
    if (no_input && given.has("send-only"))
        return usage_error("--send-only cannot be combined with --recv-only or --no-stdin");
    relay.read_input = !no_input;
    relay.add_cr = given.has("crlf");
    relay.write_output = !given.has("send-only");
    if (auto applied = apply_policy(given, relay); !applied)
        return applied.error();
    if (auto applied = parse_seconds(given, "eof-delay", relay.eof_delay); !applied)
        return applied.error();
    if (auto applied = parse_seconds(given, "linger", relay.linger); !applied)
        return applied.error();
    if (auto applied = parse_seconds(given, "idle-timeout", relay.idle_limit); !applied)
        return applied.error();
    if (relay.idle_limit == std::chrono::milliseconds::zero())
        relay.idle_limit.reset(); // 0 is no limit, as for --timeout
    return relay;
}

account_settings account_settings_from(const arguments& given) {
    account_settings settings;
    settings.stats = given.has("stats");
    settings.progress = given.has("progress");
    settings.report_file = given.value("report").value_or("");
    settings.trace = given.has("trace");
    settings.trace_file = given.value("trace-file").value_or("");
    settings.has_environment_password = has_environment_password();
    settings.sandbox = !given.has("no-sandbox");
    return settings;
}

} // namespace sockscat::cli
