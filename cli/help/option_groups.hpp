// SPDX-License-Identifier: MIT
/// The option groups that several commands have, as their help shows them: hand-kept, 80 columns
/// wide. The manual and the completions are checked against the help.
#pragma once

#include <string_view>

namespace sockscat::cli {

/// Which proxy, which credentials.
inline constexpr std::string_view proxy_options_help = R"(proxy:
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
                           $SSH_ASKPASS when there is none; so does a user name
                           without any password
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

inline constexpr std::string_view setup_limit_help =
    R"(  -w, --timeout SECONDS    limit for the whole set-up (default 30; 0: no limit)

)";

/// TLS inside the tunnel.
inline constexpr std::string_view target_tls_help =
    R"(      --tls                TLS with the destination, inside the tunnel
      --cacert FILE        trust these authorities instead of the system's
      --cert FILE          client certificate
      --key FILE           its key, if it is not in the same file
      --servername NAME    the name that the certificate must be for
      --insecure           do not verify the certificate
      --alpn LIST          protocols to offer in TLS, like h2,http/1.1
)";

/// Of the commands that pipe a stream.
inline constexpr std::string_view relay_options_help =
    R"(      --on-eof POLICY      what end of stdin does: auto (default), half-close,
                           close or ignore
      --eof-delay SECONDS  how long a silence is: after stdin (auto) or the
                           other end has ended (default 5)
  -N                       the same as --on-eof=half-close
      --linger SECONDS     leave at the latest so long after end of stdin
  -C, --crlf               send LF of stdin as CR LF, unless it follows a CR
  -d, --no-stdin           do not read stdin
      --recv-only          receive only: stdin is never read
      --send-only          send only: what comes is thrown away; leave at the
                           end of stdin
  -i, --idle-timeout SECONDS
                           leave, exit 124, when nothing moved for so long
)";

/// Of those that account for a run.
inline constexpr std::string_view account_options_help =
    R"(      --stats              one closing line: bytes, times, rate
      --progress           live bytes and rate while stderr is a terminal
      --report FILE        a JSON object about the run (- is stderr)
)";

/// What is said on stderr; every command has these.
inline constexpr std::string_view output_options_help =
    R"(      --trace              the handshake, byte by byte; secrets are masked
      --trace-file FILE    the same, into FILE
  -v, --verbose            say more; twice: every message
  -q, --quiet              say nothing on stderr
      --color WHEN         auto (default), always or never
      --no-sandbox         do not confine the run (for debugging)
  -h, --help               show this text
)";

} // namespace sockscat::cli
