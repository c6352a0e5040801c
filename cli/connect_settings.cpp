// SPDX-License-Identifier: MIT
#include "connect_settings.hpp"

#include "parse.hpp"
#include "proxy_options.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr option_spec own_specs[] = {
    {'z', "zero", takes::nothing},
    {0, "jobs", takes::value},
    {'F', "fdpass", takes::nothing},
    {0, "on-eof", takes::value},
    {0, "eof-delay", takes::value},
    {'N', "", takes::nothing},
    {0, "linger", takes::value},
    {'d', "no-stdin", takes::nothing},
    {0, "recv-only", takes::nothing},
    {0, "send-only", takes::nothing},
    {'i', "idle-timeout", takes::value},
    {0, "stats", takes::nothing},
    {0, "progress", takes::nothing},
    {0, "report", takes::value},
};

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
            std::find_if(std::begin(policies), std::end(policies), [&](const policy_name& p) { return p.name == *text; });
        if (found == std::end(policies))
            return usage_error("--on-eof takes auto, half-close, close or ignore, not " + quote(*text));
        relay.on_eof = found->policy;
    } else if (given.has("send-only")) {
        relay.on_eof = end_of_input::close;
    }
    if (!given.has("N"))
        return {};
    if (text && relay.on_eof != end_of_input::half_close)
        return usage_error("-N is --on-eof=half-close, which excludes --on-eof=" + *text);
    relay.on_eof = end_of_input::half_close;
    return {};
}

result<void> apply_seconds(const arguments& given, std::string_view name, auto& value) {
    const auto text = given.value(name);
    if (!text)
        return {};
    auto parsed = parse_seconds("--" + std::string{name}, *text);
    if (!parsed)
        return parsed.error();
    value = parsed.value();
    return {};
}

result<void> apply_relay(const arguments& given, relay_options& relay) {
    const bool no_input = given.has("no-stdin") || given.has("recv-only");
    if (no_input && given.has("send-only"))
        return usage_error("--send-only excludes --recv-only and --no-stdin");
    relay.read_input = !no_input;
    relay.write_output = !given.has("send-only");
    if (auto applied = apply_policy(given, relay); !applied)
        return applied;
    if (auto applied = apply_seconds(given, "eof-delay", relay.eof_delay); !applied)
        return applied;
    if (auto applied = apply_seconds(given, "linger", relay.linger); !applied)
        return applied;
    if (auto applied = apply_seconds(given, "idle-timeout", relay.idle_limit); !applied)
        return applied;
    if (relay.idle_limit == std::chrono::milliseconds::zero())
        relay.idle_limit.reset(); // 0 is no limit, as for --timeout
    return {};
}

result<void> apply_ports(const arguments& given, const std::string& text, connect_settings& settings) {
    const bool is_list = text.find_first_of(",-") != std::string::npos;
    settings.only_set_up = given.has("zero");
    if (!is_list) {
        auto port = parse_port(text);
        if (!port)
            return port.error();
        settings.ports = {port.value()};
        return {};
    }
    auto ports = parse_ports(text);
    if (!ports)
        return ports.error();
    if (!settings.only_set_up)
        return usage_error("the port list " + quote(text) + " is for -z only");
    settings.ports = std::move(ports).value();
    settings.is_scan = true;
    return {};
}

result<void> apply_fdpass(const arguments& given, connect_settings& settings) {
    settings.fdpass = given.has("fdpass");
    if (settings.fdpass && settings.only_set_up)
        return usage_error("--fdpass and --zero exclude each other");
    return {};
}

} // namespace

std::vector<option_spec> connect_specs() {
    std::vector<option_spec> specs = common_specs;
    specs.insert(specs.end(), std::begin(own_specs), std::end(own_specs));
    return specs;
}

result<connect_settings> connect_settings_from(const arguments& given) {
    connect_settings settings;
    auto destination = parse_destination(given.operands());
    if (!destination)
        return destination.error();
    settings.host = std::move(destination.value().host);
    if (auto applied = apply_ports(given, destination.value().ports, settings); !applied)
        return applied.error();
    if (auto applied = apply_fdpass(given, settings); !applied)
        return applied.error();
    if (auto applied = apply_relay(given, settings.relay); !applied)
        return applied.error();
    const auto jobs = parse_number("--jobs", given.value("jobs").value_or("10"), 1, 1'000);
    if (!jobs)
        return jobs.error();
    settings.jobs = static_cast<int>(jobs.value());
    settings.stats = given.has("stats");
    settings.progress = given.has("progress");
    settings.report_file = given.value("report").value_or("");
    settings.trace = given.has("trace");
    settings.trace_file = given.value("trace-file").value_or("");
    return settings;
}

} // namespace sockscat::cli
