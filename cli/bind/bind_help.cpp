// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string bind_help() {
    std::string text = R"(sockscat bind: have the proxy accept one connection, pipe stdin and stdout

usage: sockscat bind [options] [--] [PEER[:PORT]]

As soon as the proxy listens, stderr shows "listening on ADDRESS PORT", and
later "accepted from ADDRESS PORT". PEER is the host expected to connect;
without it, anyone may.

)";
    text.append(proxy_options_help).append(setup_limit_help).append(R"(accepting:
      --address-file FILE  write "ADDRESS PORT" to FILE, atomically, as soon as
                           it is known
      --accept-timeout SECONDS
                           how long to wait for the connection (default 120;
                           0 = no limit)
      --any-peer           also accept a connection from a host other than PEER

stream:
)");
    text.append(relay_options_help)
        .append("\noutput:\n")
        .append(account_options_help)
        .append(output_options_help);
    return text.append(R"(
example: receive one file from anyone who connects
  sockscat bind -x socks5h://proxy.example:1080 --address-file where >received
)");
}

} // namespace sockscat::cli
