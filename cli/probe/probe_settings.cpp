// SPDX-License-Identifier: MIT
#include "probe_settings.hpp"

#include "commands.hpp"
#include "options/parse.hpp"
#include "options/proxy_options.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr option_spec specs[] = {
    {0, "target", takes::value},  {0, "only", takes::value}, {0, "require", takes::value},
    {0, "from", takes::value},    {0, "jobs", takes::value}, {0, "json", takes::nothing},
    {0, "brief", takes::nothing},
};

result<void> read_groups(const arguments& given, probe_settings& out) {
    const auto list = given.value("only");
    if (!list)
        return {};
    out.probe.groups = {};
    for (const std::string_view item : split_at_commas(*list)) {
        const auto group = find_group(item);
        if (!group)
            return usage_error(
                "--only: unknown group " + quote_value(item) +
                " (versions, auth, commands, addresses, tls, latency)");
        out.probe.groups[static_cast<std::size_t>(*group)] = true;
    }
    return {};
}

result<void> read_requirements(const arguments& given, probe_settings& out) {
    const auto list = given.value("require");
    if (!list)
        return {};
    for (const std::string_view item : split_at_commas(*list)) {
        const auto check = find_requirement(item);
        if (!check)
            return usage_error(
                "--require: unknown check " + quote_value(item) +
                ", try connect, udp, ipv6, remote-dns, password, ...");
        if (!out.probe.wants(group_of(*check)))
            return usage_error(
                "--require " + std::string{item} + ": --only excludes its group, " +
                std::string{to_string(group_of(*check))});
        out.required.push_back(*check);
    }
    return {};
}

result<void> read_targets(const arguments& given, probe_settings& out) {
    for (const std::string& text : given.values("target")) {
        auto parts = parse_destination({text});
        if (!parts)
            return usage_error("--target: " + parts.error().cause);
        auto port = parse_port(parts.value().ports);
        if (!port)
            return usage_error("--target: " + port.error().cause);
        out.probe.targets.emplace_back(parts.value().host, port.value());
    }
    return {};
}

} // namespace

std::vector<option_spec> probe_specs() {
    return joined({common_specs, specs});
}

std::optional<probe_check> find_requirement(std::string_view word) {
    if (word == "remote-dns")
        return probe_check::address_domain;
    if (word == "udp")
        return probe_check::command_udp_associate;
    for (const std::string_view prefix : {"", "auth.", "command.", "address."})
        if (const auto found = find_check(std::string{prefix} + std::string{word}))
            return found;
    return std::nullopt;
}

result<probe_settings> probe_settings_from(const arguments& given) {
    probe_settings out;
    if (given.has("json") && given.has("brief"))
        return usage_error("--json and --brief cannot be combined");
    out.output = given.has("json")    ? probe_settings::format::json
                 : given.has("brief") ? probe_settings::format::brief
                                      : probe_settings::format::readable;
    out.trace = given.has("trace");
    out.trace_file = given.value("trace-file").value_or("");
    out.list_file = given.value("from").value_or("");
    if (auto read = read_groups(given, out); !read)
        return read.error();
    if (auto read = read_requirements(given, out); !read)
        return read.error();
    if (auto read = read_targets(given, out); !read)
        return read.error();
    if (const auto jobs = given.value("jobs")) {
        auto number = parse_number("--jobs", *jobs, 1, 100'000);
        if (!number)
            return number.error();
        out.jobs = static_cast<std::size_t>(number.value());
    }
    return out;
}

} // namespace sockscat::cli
