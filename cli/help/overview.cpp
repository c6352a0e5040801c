// SPDX-License-Identifier: MIT
#include "overview.hpp"

#include "commands.hpp"

namespace sockscat::cli {
namespace {

constexpr std::size_t summary_column = 22;

std::string command_line(const command& each) {
    std::string line = "  " + std::string{each.name} + " " + std::string{each.operands};
    line.resize(summary_column, ' ');
    return line.append(each.summary).append("\n");
}

} // namespace

std::string overview_text() {
    std::string text = R"(sockscat: reach the network through SOCKS and HTTP proxies

usage: sockscat <command> [options] [--] <operands>

commands:
)";
    for (const command& each : commands())
        text += command_line(each);
    return text.append(R"(
  -h, --help          show this text
      --version       show the version; with -v, also the libraries

Data goes to stdout, messages to stderr. The exit status says what went wrong;
sockscat(1) lists them.

example: ssh through a proxy that resolves the name, in ~/.ssh/config
  ProxyCommand sockscat connect -x socks5h://proxy.example:1080 -- %h %p
)");
}

} // namespace sockscat::cli
