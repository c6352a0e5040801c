// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "help/option_groups.hpp"

namespace sockscat::cli {

std::string udp_help() {
    std::string text =
        R"(sockscat udp: exchange datagrams through the proxy, on stdin and stdout

usage: sockscat udp [options] [--] HOST PORT
       sockscat udp [options] [--] HOST:PORT

)";
    text.append(proxy_options_help)
        .append(setup_limit_help)
        .append(R"(datagrams:
      --framing FORM       how datagrams are separated on stdin and stdout:
                           chunk (default): each read is one datagram
                           line: each line is one
                           length: each follows its 16-bit big-endian length
                           json: one object per line, {"to":"HOST:PORT",
                           "data":"BASE64"} in, "from" instead of "to" out
      --wait SECONDS       keep receiving this long after the last datagram once
                           stdin has ended (default 2)
      --count N            exit after N datagrams have arrived, with 124 if they
                           do not
      --relay WHERE        where to send them: auto (default), reply, proxy,
                           HOST:PORT or [ADDRESS%INTERFACE]:PORT

output:
      --stats              print a summary line at the end
      --report FILE        write a JSON report of the run to FILE (- = stderr)
)")
        .append(output_options_help);
    return text.append(R"(
example: send one datagram, wait for one answer
  echo ping |
    sockscat udp -x socks5h://proxy.example:1080 --count 1 echo.example 7
)");
}

} // namespace sockscat::cli
