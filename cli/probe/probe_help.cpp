// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string probe_help() {
    std::string text =
        R"(sockscat probe: find out what a proxy supports, or why it does not work

usage: sockscat probe [options] [--] [PROXY...]

Each PROXY is a proxy URL, examined as SOCKS or HTTP as its scheme says; proxies
given with -x are hops before it. Each gets a report on stdout. Without
--target, nothing leaves a proxy except one lookup of a name that does not
exist. Passwords are never guessed, and a rejected login is not retried. Probe
can only log in with none or password; of the other methods it merely reports
whether they are offered.

)";
    text.append(proxy_options_help)
        .append(R"(  -w, --timeout SECONDS    time limit for each connection (default 10; 0 = none)

examination:
      --target HOST:PORT   a server for the proxy to really connect to;
                           repeatable; with port 53 it is also queried over UDP
      --only LIST          groups of checks to run: versions, auth, commands,
                           addresses, tls, latency
      --require LIST       exit with status 3 unless all of these checks are
                           yes: connect, bind, udp, resolve, ipv4, ipv6,
                           remote-dns, password, ...
      --from FILE          read proxy URLs, one per line (- = stdin)
      --jobs N             how many proxies at a time (default 1024)

output:
      --brief              print one line per proxy, separated by TABs: verdict,
                           proxy, versions, login, latency, first finding
      --json               print one JSON object per proxy, one per line
)")
        .append(output_options_help);
    return text.append(R"(
example: does this proxy relay datagrams, and does it resolve names?
  sockscat probe --require udp,remote-dns --target name.test:443 proxy.example
)");
}

} // namespace sockscat::cli
