// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string connect_help() {
    std::string text =
        R"(sockscat connect: open a TCP connection through the proxy, pipe stdin and stdout

usage: sockscat connect [options] [--] HOST PORT
       sockscat connect [options] [--] HOST:PORT
       sockscat connect -z [options] [--] HOST PORTS

)";
    text.append(proxy_options_help).append(setup_limit_help).append(R"(stream:
  -z, --zero               only set up the tunnel; PORTS may be 22,80,8000-8010
      --jobs N             with a port list: how many at a time (default 10)
  -F, --fdpass             pass the connected socket over stdout and exit (for
                           ssh's ProxyUseFdpass)
)");
    text.append(target_tls_help);
    text.append(relay_options_help)
        .append("\noutput:\n")
        .append(account_options_help)
        .append(output_options_help);
    return text.append(R"(
example: fetch a page by hand, the name resolved by the proxy
  printf 'GET / HTTP/1.0\r\n\r\n' |
    sockscat connect -x socks5h://proxy.example:1080 example.com 80
)");
}

} // namespace sockscat::cli
