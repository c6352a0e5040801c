// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string bind_help() {
    std::string text = R"(sockscat bind: have the proxy accept one connection, pipe stdin and stdout

usage: sockscat bind [options] [--] [PEER[:PORT]]

The address where the proxy listens is told on stderr as soon as it is known:
"listening on ADDRESS PORT", and later "accepted from ADDRESS PORT". PEER is who
is expected to call; without it anyone may.

)";
    text.append(proxy_options_help).append(setup_limit_help).append(R"(accepting:
      --address-file FILE  write ADDRESS PORT into FILE, whole and at once
      --accept-timeout SECONDS
                           limit for the wait for the caller (default 120, 0 is
                           no limit)
      --any-peer           take a caller that is not PEER, too

stream:
)");
    text.append(relay_options_help)
        .append("\noutput:\n")
        .append(account_options_help)
        .append(output_options_help);
    return text.append(R"(
example: take one file from whoever calls
  sockscat bind -x socks5h://proxy.example:1080 --address-file where >received
)");
}

} // namespace sockscat::cli
