// SPDX-License-Identifier: MIT
#include "help.hpp"

namespace sockscat::cli {

std::string_view overview_text() {
    return R"(sockscat: reach the network through a SOCKS proxy

usage: sockscat <command> [options] [--] <operands>

commands:
  connect HOST PORT   open a TCP stream through the proxy, pipe stdin and stdout
  help [COMMAND]      show the help of a command

  -h, --help          show this text
      --version       show the version

Payload is on stdout, everything said to a person is on stderr. The exit status
tells what went wrong; sockscat(1) lists them all.

example: ssh through a proxy that resolves the name, in ~/.ssh/config
  ProxyCommand sockscat connect -x socks5h://proxy.example:1080 -- %h %p
)";
}

std::string_view connect_text() {
    return R"(sockscat connect: open a TCP stream through the proxy, pipe stdin and stdout

usage: sockscat connect [options] [--] HOST PORT
       sockscat connect [options] [--] HOST:PORT
       sockscat connect -z [options] [--] HOST PORTS

proxy:
  -x, --proxy URL          the proxy: [scheme[+unix]://][user[:password]@]host
                           [:port][?password-file=FILE] with scheme socks4,
                           socks4a, socks5 or socks5h (default); without -x:
                           $SOCKSCAT_PROXY, $ALL_PROXY, $all_proxy
      --proxy-user NAME    user name for the proxy (SOCKS4: the USERID)
      --proxy-password-file FILE
                           the first line of FILE is the password
      --proxy-password-fd N
                           the first line read from descriptor N is the password
      --proxy-ask-password ask for the password on the terminal, or through
                           $SSH_ASKPASS when there is none
      --auth LIST          methods to offer: none, password (default none, and
                           password when there are credentials)
      --isolate[=TOKEN]    Tor stream isolation with TOKEN, random without one
      --pipeline           send the whole handshake without waiting for answers;
                           needs exactly one method to offer
  -4                       only IPv4 addresses for names resolved here
  -6                       only IPv6 addresses for names resolved here
  -w, --timeout SECONDS    limit for the whole set-up (default 30; 0: no limit)

stream:
  -z, --zero               only set up the tunnel; PORTS may be 22,80,8000-8010
      --jobs N             with a list of ports: so many at a time (default 10)
  -F, --fdpass             pass the connected socket on stdout and exit, for
                           ProxyUseFdpass of ssh
      --on-eof POLICY      what end of stdin does: auto (default), half-close,
                           close or ignore
      --eof-delay SECONDS  auto: silence before our side shuts down (default 5)
  -N                       the same as --on-eof=half-close
      --linger SECONDS     leave at the latest so long after end of stdin
  -d, --no-stdin           do not read stdin
      --recv-only          receive only: stdin is never read
      --send-only          send only: what comes is thrown away; leave at the
                           end of stdin
  -i, --idle-timeout SECONDS
                           leave, exit 124, when nothing moved for so long

output:
      --stats              one closing line: bytes, times, rate
      --progress           live bytes and rate while stderr is a terminal
      --report FILE        a JSON object about the run (- is stderr)
      --trace              the handshake, byte by byte; secrets are masked
      --trace-file FILE    the same, into FILE
  -v, --verbose            say more; twice: every message
  -q, --quiet              say nothing on stderr
      --color WHEN         auto (default), always or never
  -h, --help               show this text

example: fetch a page by hand, the name resolved by the proxy
  printf 'GET / HTTP/1.0\r\n\r\n' |
    sockscat connect -x socks5h://proxy.example:1080 example.com 80
)";
}

} // namespace sockscat::cli
