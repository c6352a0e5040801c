// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string resolve_help() {
    std::string text =
        R"(sockscat resolve: resolve names, or addresses back to names, through the proxy

usage: sockscat resolve [options] [--] NAME...

One address a line; with several names NAME<TAB>ADDRESS. An address as NAME is
looked up backwards. The resolver of this machine is never asked.

)";
    text.append(proxy_options_help)
        .append(setup_limit_help)
        .append(R"(question:
      --type TYPE          A, AAAA, PTR, CNAME, MX, TXT, SRV, NS, ... (default A
                           and AAAA, for an address PTR)
      --via WAY            tor: the proxy's own RESOLVE; udp, tcp, tls: a DNS
                           server through UDP ASSOCIATE, CONNECT, or CONNECT and
                           TLS; auto (default): tor, with --server udp, then tcp
      --server ADDRESS[:PORT]
                           the DNS server (default port 53, with tls 853)

TLS with the DNS server:
      --cacert FILE        trust these authorities instead of the system's
      --cert FILE          client certificate
      --key FILE           its key, if it is not in the same file
      --servername NAME    the name that the certificate must be for
      --insecure           do not verify the certificate

output:
      --json               a JSON object a line for each name and type
)")
        .append(output_options_help);
    return text.append(R"(
example: the address of a name as Tor sees it
  sockscat resolve -x socks5h://127.0.0.1:9050 www.example.com
)");
}

} // namespace sockscat::cli
