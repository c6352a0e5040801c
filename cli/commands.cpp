// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/help.hpp"

#include <algorithm>
#include <iterator>

namespace sockscat::cli {
namespace {

constexpr command commands[] = {
    {"connect", cmd_connect, connect_text},
    {"bind", cmd_bind, bind_text},
    {"udp", cmd_udp, udp_text},
    {"resolve", cmd_resolve, resolve_text},
    {"probe", cmd_probe, probe_text},
    {"help", cmd_help, overview_text},
};

} // namespace

const command* find_command(std::string_view name) {
    const auto* const found = std::find_if(
        std::begin(commands), std::end(commands), [&](const command& c) { return c.name == name; });
    return found == std::end(commands) ? nullptr : found;
}

std::vector<std::string_view> command_names() {
    std::vector<std::string_view> names;
    for (const command& each : commands)
        names.push_back(each.name);
    return names;
}

} // namespace sockscat::cli
