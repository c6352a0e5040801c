// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string udp_help() {
    std::string text =
        R"(sockscat udp: exchange datagrams through the proxy, framed on stdin and stdout

usage: sockscat udp [options] [--] HOST PORT
       sockscat udp [options] [--] HOST:PORT

)";
    text.append(proxy_options_help)
        .append(setup_limit_help)
        .append(R"(datagrams:
      --framing FORM       how they stand on stdin and stdout (default chunk):
                           chunk: one read is one, written as it is
                           line: one line is one
                           length: behind its length, 16 bits, big-endian
                           json: one object a line, {"to":"HOST:PORT",
                           "data":"BASE64"} in, "from" instead of "to" out
      --wait SECONDS       go on receiving after end of stdin, counted from the
                           last datagram (default 2)
      --count N            leave after N datagrams received; exit 124 if they do
                           not come
      --relay WHERE        where to send them: auto (default), reply, proxy or
                           HOST:PORT ([ADDRESS%INTERFACE]:PORT, too)

output:
      --stats              one closing line: datagrams, bytes, times, drops
      --report FILE        a JSON object about the run (- is stderr)
)")
        .append(output_options_help);
    return text.append(R"(
example: one datagram there, one back
  echo ping |
    sockscat udp -x socks5h://proxy.example:1080 --count 1 echo.example 7
)");
}

} // namespace sockscat::cli
