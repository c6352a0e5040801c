// SPDX-License-Identifier: MIT
#include "command.hpp"
#include "console.hpp"
#include "exit_status.hpp"
#include "help.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <unistd.h>

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

int print(std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
        const std::error_code code{written == -1 ? errno : 0, std::generic_category()};
        if (code && code != std::errc::broken_pipe)
            console{}.error("cannot write standard output: " + code.message());
        if (written <= 0)
            return exit_stream;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return exit_done;
}

int say_usage_error(std::string_view cause, std::string_view advice) {
    console out;
    out.error(cause);
    if (!advice.empty())
        out.hint(advice);
    return exit_usage;
}

} // namespace sockscat::cli
