// SPDX-License-Identifier: MIT
#include "help.hpp"

namespace sockscat::cli {
namespace {

// The option groups that several commands have.

constexpr const char* proxy_group = R"(proxy:
  -x, --proxy URL          the proxy: [scheme[+tls|+unix]://][user[:password]@]
                           host[:port][?key=value&...] with scheme socks4,
                           socks4a, socks5, socks5h (default), http or https;
                           repeat it for a chain, the nearest first; without
                           -x: $SOCKSCAT_PROXY, $ALL_PROXY, $all_proxy
      --proxy-user NAME    user name for the proxy (SOCKS4: the USERID)
      --proxy-password-file FILE
                           the first line of FILE is the password
      --proxy-password-fd N
                           the first line read from descriptor N is the password
      --proxy-ask-password ask for the password on the terminal, or through
                           $SSH_ASKPASS when there is none
      --proxy-cacert FILE  trust these authorities instead of the system's
      --proxy-cert FILE    client certificate for TLS with the proxy
      --proxy-key FILE     its key, if it is not in the same file
      --proxy-servername NAME
                           the name that the proxy's certificate must be for
      --proxy-insecure     do not verify the proxy's certificate
      --auth LIST          methods to offer: none, password, chap, gssapi,
                           gost-tls (default none, and password when there are
                           credentials)
      --gssapi-service NAME
                           the proxy's Kerberos service is NAME (default socks)
      --gssapi-protection LEVEL
                           none, integrity or confidentiality (default the
                           strongest that the proxy grants)
      --isolate[=TOKEN]    Tor stream isolation with TOKEN, random without one
      --pipeline           send the whole handshake without waiting for answers;
                           needs exactly one method to offer
  -4                       only IPv4 addresses for names resolved here
  -6                       only IPv6 addresses for names resolved here
)";

constexpr const char* set_up_limit =
    R"(  -w, --timeout SECONDS    limit for the whole set-up (default 30; 0: no limit)

)";

constexpr const char* target_tls_group =
    R"(      --tls                TLS with the destination, inside the tunnel
      --cacert FILE        trust these authorities instead of the system's
      --cert FILE          client certificate
      --key FILE           its key, if it is not in the same file
      --servername NAME    the name that the certificate must be for
      --insecure           do not verify the certificate
      --alpn LIST          protocols to offer in TLS, like h2,http/1.1
)";

constexpr const char* end_of_stream_group =
    R"(      --on-eof POLICY      what end of stdin does: auto (default), half-close,
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
)";

constexpr const char* run_group = R"(      --stats              one closing line: bytes, times, rate
      --progress           live bytes and rate while stderr is a terminal
      --report FILE        a JSON object about the run (- is stderr)
)";

constexpr const char* telling_group =
    R"(      --trace              the handshake, byte by byte; secrets are masked
      --trace-file FILE    the same, into FILE
  -v, --verbose            say more; twice: every message
  -q, --quiet              say nothing on stderr
      --color WHEN         auto (default), always or never
  -h, --help               show this text
)";

} // namespace

std::string overview_text() {
    return R"(sockscat: reach the network through a SOCKS proxy

usage: sockscat <command> [options] [--] <operands>

commands:
  connect HOST PORT   open a TCP stream through the proxy, pipe stdin and stdout
  bind [PEER[:PORT]]  have the proxy accept one connection, pipe stdin, stdout
  udp HOST PORT       exchange datagrams through the proxy, framed on stdio
  probe [PROXY...]    find out what a proxy speaks, offers and does
  resolve NAME...     resolve names at the far side of the proxy
  help [COMMAND]      show the help of a command

  -h, --help          show this text
      --version       show the version

Payload is on stdout, everything said to a person is on stderr. The exit status
tells what went wrong; sockscat(1) lists them all.

example: ssh through a proxy that resolves the name, in ~/.ssh/config
  ProxyCommand sockscat connect -x socks5h://proxy.example:1080 -- %h %p
)";
}

std::string connect_text() {
    std::string text =
        R"(sockscat connect: open a TCP stream through the proxy, pipe stdin and stdout

usage: sockscat connect [options] [--] HOST PORT
       sockscat connect [options] [--] HOST:PORT
       sockscat connect -z [options] [--] HOST PORTS

)";
    text.append(proxy_group).append(set_up_limit).append(R"(stream:
  -z, --zero               only set up the tunnel; PORTS may be 22,80,8000-8010
      --jobs N             with a list of ports: so many at a time (default 10)
  -F, --fdpass             pass the connected socket on stdout and exit, for
                           ProxyUseFdpass of ssh
)");
    text.append(target_tls_group);
    text.append(end_of_stream_group).append("\noutput:\n").append(run_group).append(telling_group);
    return text.append(R"(
example: fetch a page by hand, the name resolved by the proxy
  printf 'GET / HTTP/1.0\r\n\r\n' |
    sockscat connect -x socks5h://proxy.example:1080 example.com 80
)");
}

std::string bind_text() {
    std::string text = R"(sockscat bind: have the proxy accept one connection, pipe stdin and stdout

usage: sockscat bind [options] [--] [PEER[:PORT]]

The address where the proxy listens is told on stderr as soon as it is known:
"listening on ADDRESS PORT", and later "accepted from ADDRESS PORT". PEER is who
is expected to call; without it anyone may.

)";
    text.append(proxy_group).append(set_up_limit).append(R"(accepting:
      --address-file FILE  write ADDRESS PORT into FILE, whole and at once
      --accept-timeout SECONDS
                           limit for the wait for the caller (default 120, 0 is
                           no limit)
      --any-peer           take a caller that is not PEER, too

stream:
)");
    text.append(end_of_stream_group).append("\noutput:\n").append(run_group).append(telling_group);
    return text.append(R"(
example: take one file from whoever calls
  sockscat bind -x socks5h://proxy.example:1080 --address-file where >received
)");
}

std::string udp_text() {
    std::string text =
        R"(sockscat udp: exchange datagrams through the proxy, framed on stdin and stdout

usage: sockscat udp [options] [--] HOST PORT
       sockscat udp [options] [--] HOST:PORT

)";
    text.append(proxy_group)
        .append(set_up_limit)
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
                           HOST:PORT

output:
      --stats              one closing line: datagrams, bytes, times, drops
      --report FILE        a JSON object about the run (- is stderr)
)")
        .append(telling_group);
    return text.append(R"(
example: one datagram there, one back
  echo ping |
    sockscat udp -x socks5h://proxy.example:1080 --count 1 echo.example 7
)");
}

std::string resolve_text() {
    std::string text =
        R"(sockscat resolve: resolve names, or addresses back to names, through the proxy

usage: sockscat resolve [options] [--] NAME...

One address a line; with several names NAME<TAB>ADDRESS. An address as NAME is
looked up backwards. The resolver of this machine is never asked.

)";
    text.append(proxy_group)
        .append(set_up_limit)
        .append(R"(question:
      --type TYPE          A, AAAA, PTR, CNAME, MX, TXT, SRV, NS, ... (default A
                           and AAAA, for an address PTR)
      --via WAY            tor: the proxy's own RESOLVE; udp, tcp, tls: a DNS
                           server through UDP ASSOCIATE, CONNECT, or CONNECT and
                           TLS; auto (default): tor, and with --server udp, then
                           tcp, if the proxy does not have it
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
        .append(telling_group);
    return text.append(R"(
example: the address of a name as Tor sees it
  sockscat resolve -x socks5h://127.0.0.1:9050 www.example.com
)");
}

std::string probe_text() {
    std::string text =
        R"(sockscat probe: find out what a proxy speaks, offers and does

usage: sockscat probe [options] [--] [PROXY...]

Each PROXY is a proxy URL; those of -x are hops before it. One report each, on
stdout. Without --target, nothing leaves a proxy but one lookup of a name that
does not exist. Passwords are never guessed; after a rejected login there is no
other. Of --auth only none and password let it in; the others are just looked
for.

)";
    text.append(proxy_group)
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
      --json               one object a line for each proxy
)")
        .append(telling_group);
    return text.append(R"(
example: does this proxy relay datagrams, and does it resolve names?
  sockscat probe --require udp,remote-dns socks5h://proxy.example:1080
)");
}

} // namespace sockscat::cli
