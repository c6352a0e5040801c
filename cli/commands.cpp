// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include "help/overview.hpp"
#include "options/arguments.hpp"

#include <algorithm>
#include <iterator>

namespace sockscat::cli {
namespace {

constexpr command table[] = {
    {"connect", "HOST PORT", "open a TCP connection through the proxy and pipe stdio",
     connect_specs, connect_help, run_connect},
    {"bind", "[PEER[:PORT]]", "have the proxy accept one connection and pipe stdio", bind_specs,
     bind_help, run_bind},
    {"udp", "HOST PORT", "exchange datagrams through the proxy", udp_specs, udp_help, run_udp},
    {"probe", "[PROXY...]", "find out what a proxy supports, or why it does not work", probe_specs,
     probe_help, run_probe},
    {"resolve", "NAME...", "look up names, or addresses, through the proxy", resolve_specs,
     resolve_help, run_resolve},
    {"help", "[COMMAND]", "show help for a command", help_specs, overview_text, run_help},
};

} // namespace

std::span<const command> commands() {
    return table;
}

const command* find_command(std::string_view name) {
    const auto* const found = std::find_if(
        std::begin(table), std::end(table), [&](const command& each) { return each.name == name; });
    return found == std::end(table) ? nullptr : found;
}

std::vector<std::string_view> command_names() {
    std::vector<std::string_view> names;
    for (const command& each : table)
        names.push_back(each.name);
    return names;
}

} // namespace sockscat::cli
