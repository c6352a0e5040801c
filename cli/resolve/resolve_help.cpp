// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string resolve_help() {
    std::string text =
        R"(sockscat resolve: look up names, or addresses, through the proxy

usage: sockscat resolve [options] [--] NAME...

Prints one address per line, or NAME<TAB>ADDRESS for several names. For
an address as NAME, its name is looked up. This machine's resolver is not used.

)";
    text.append(proxy_options_help)
        .append(setup_limit_help)
        .append(R"(question:
      --type TYPE          A, AAAA, PTR, CNAME, MX, TXT, SRV, NS, ... (default:
                           A and AAAA; PTR for an address)
      --via WAY            tor: the proxy's own RESOLVE; udp, tcp, tls: a DNS
                           server through UDP ASSOCIATE, CONNECT, or CONNECT and
                           TLS; auto (default): tor; with --server: udp, then
                           tcp
      --server ADDRESS[:PORT]
                           the DNS server (default port 53; 853 with tls)

TLS with the DNS server:
      --cacert FILE        trust the CAs in FILE, not the system's
      --cert FILE          client certificate
      --key FILE           private key, if not in the certificate file
      --servername NAME    name expected in the certificate
      --insecure           do not verify the certificate

output:
      --json               print one JSON object per name and type, one per line
)")
        .append(output_options_help);
    return text.append(R"(
example: the address of a name as Tor sees it
  sockscat resolve -x socks5h://127.0.0.1:9050 www.example.com
)");
}

} // namespace sockscat::cli
