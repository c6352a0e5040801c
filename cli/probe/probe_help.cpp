// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string probe_help() {
    std::string text =
        R"(sockscat probe: find out what a proxy speaks, offers and does

usage: sockscat probe [options] [--] [PROXY...]

Each PROXY is a proxy URL, and is examined as what it says, SOCKS or HTTP; those
of -x are hops before it. One report each, on stdout. Without --target, nothing
leaves a proxy but one lookup of a name that does not exist. Passwords are never
guessed; after a rejected login there is no other. Of --auth only none and
password let it in; the others are just looked for.

)";
    text.append(proxy_options_help)
        .append(R"(  -w, --timeout SECONDS    limit for each connection (default 10; 0: no limit)

examination:
      --target HOST:PORT   something that the proxy is to reach, in earnest; may
                           be repeated; with port 53 it is asked over UDP, too
      --only LIST          groups of checks: versions, auth, commands,
                           addresses, tls, latency
      --require LIST       exit 3 unless all of these are yes: connect, bind,
                           udp, resolve, ipv4, ipv6, remote-dns, password, ...
      --from FILE          read proxy URLs, one a line (- is stdin)
      --jobs N             so many proxies at a time (default 1024)

output:
      --brief              one line for each proxy, with TABs: verdict, proxy,
                           versions, login, latency, first finding
      --json               one object a line for each proxy
)")
        .append(output_options_help);
    return text.append(R"(
example: does this proxy relay datagrams, and does it resolve names?
  sockscat probe --require udp,remote-dns --target name.test:443 proxy.example
)");
}

} // namespace sockscat::cli
