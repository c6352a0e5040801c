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
                           repeat for a chain, nearest first; default:
                           $SOCKSCAT_PROXY, $ALL_PROXY, $all_proxy
      --proxy-user NAME    user name for the proxy (SOCKS4: the USERID)
      --proxy-password-file FILE
                           the first line of FILE is the password
      --proxy-password-fd N
                           the first line read from descriptor N is the password
      --proxy-ask-password ask for the password on the terminal, or through
                           $SSH_ASKPASS if there is none; implied by a user
                           name without a password
      --proxy-cacert FILE  trust the CAs in FILE, not the system's
      --proxy-cert FILE    client certificate for TLS with the proxy
      --proxy-key FILE     private key, if not in the certificate file
      --proxy-servername NAME
                           name expected in the proxy's certificate
      --proxy-insecure     do not verify the proxy's certificate
      --auth LIST          methods to offer: none, password, chap, gssapi,
                           gost-tls (default: none; also password if credentials
                           are given)
      --gssapi-service NAME
                           Kerberos service name of the proxy (default socks)
      --gssapi-protection LEVEL
                           minimum: none, integrity or confidentiality
                           (default: the strongest offered, at least integrity)
      --isolate[=TOKEN]    Tor stream isolation; TOKEN is random if omitted
      --pipeline           send the whole handshake in one go; needs exactly
                           one method
  -4                       use only IPv4 for names resolved locally
  -6                       use only IPv6 for names resolved locally
)";

inline constexpr std::string_view setup_limit_help =
    R"(  -w, --timeout SECONDS    time limit for the whole setup (default 30; 0 = none)

)";

/// TLS inside the tunnel.
inline constexpr std::string_view target_tls_help =
    R"(      --tls                speak TLS with the target, inside the tunnel
      --cacert FILE        trust the CAs in FILE, not the system's
      --cert FILE          client certificate
      --key FILE           private key, if not in the certificate file
      --servername NAME    name expected in the certificate
      --insecure           do not verify the certificate
      --alpn LIST          protocols to offer (ALPN), such as h2,http/1.1
)";

/// Of the commands that pipe a stream.
inline constexpr std::string_view relay_options_help =
    R"(      --on-eof POLICY      what to do at the end of stdin: auto (default),
                           half-close, close or ignore
      --eof-delay SECONDS  how long to wait in silence at the end of stdin
                           (auto), or after the other end has ended (default 5)
  -N                       the same as --on-eof=half-close
      --linger SECONDS     exit at most SECONDS after the end of stdin
  -C, --crlf               send each LF as CR LF, unless it follows a CR
  -d, --no-stdin           do not read stdin
      --recv-only          receive only; never read stdin
      --send-only          send only; discard what arrives, exit at the end of
                           stdin
  -i, --idle-timeout SECONDS
                           exit with status 124 after SECONDS without traffic
)";

/// Of those that account for a run.
inline constexpr std::string_view account_options_help =
    R"(      --stats              print a summary line at the end
      --progress           show bytes and rate while running, if stderr is a
                           terminal
      --report FILE        write a JSON report of the run to FILE (- = stderr)
)";

/// What goes to stderr; every command has these.
inline constexpr std::string_view output_options_help =
    R"(      --trace              show the handshake byte by byte, secrets masked
      --trace-file FILE    the same, to FILE
  -v, --verbose            be verbose; twice: report every message
  -q, --quiet              print nothing on stderr, except for wrong usage
      --color WHEN         color on stderr: auto (default), always or never
      --no-sandbox         do not confine the process (for debugging)
  -h, --help               show this text
)";

} // namespace sockscat::cli
