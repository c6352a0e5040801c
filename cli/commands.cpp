// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include "help/overview.hpp"
#include "options/arguments.hpp"

#include <algorithm>
#include <iterator>

namespace sockscat::cli {
namespace {

constexpr command table[] = {
    {"connect", "HOST PORT", "open a TCP stream through the proxy, pipe stdin and stdout",
     connect_specs, connect_help, run_connect},
    {"bind", "[PEER[:PORT]]", "have the proxy accept one connection, pipe stdin, stdout",
     bind_specs, bind_help, run_bind},
    {"udp", "HOST PORT", "exchange datagrams through the proxy, framed on stdio", udp_specs,
     udp_help, run_udp},
    {"probe", "[PROXY...]", "find out what a proxy speaks, offers and does", probe_specs,
     probe_help, run_probe},
    {"resolve", "NAME...", "resolve names at the far side of the proxy", resolve_specs,
     resolve_help, run_resolve},
    {"help", "[COMMAND]", "show the help of a command", help_specs, overview_text, run_help},
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
