// SPDX-License-Identifier: MIT
/// \file
/// Errors: what kind of failure it was, in which phase, at which hop, and why. They are
/// returned, not thrown.
#pragma once

#include <sockscat/export.hpp>
#include <sockscat/reply.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace sockscat {

/// The steps of a setup, in the order in which they happen at one hop.
enum class phase : std::uint8_t {
    none,    ///< nothing has been tried yet
    lookup,  ///< a name is looked up on this machine
    connect, ///< TCP or Unix connection to the hop
    tls,     ///< TLS handshake with the hop, or with the target
    method,  ///< greeting and method selection (RFC 1928 section 3)
    auth,    ///< the sub-negotiation of the method (RFC 1929, RFC 1961, CHAP)
    request, ///< request and reply (RFC 1928 sections 4 and 6; SOCKS4)
    accept,  ///< BIND: between the first reply and the second
    relay,   ///< after the setup: data
};

/// The word for a phase in messages, reports and traces ("lookup", "connect", ...).
SOCKSCAT_EXPORT std::string_view to_string(phase value);

/// What kind of failure it was. A reply code of a proxy is `refused`; the code itself is in
/// error::code, as a socks5_reply, a socks4_reply or an http_status.
enum class failure : std::uint8_t {
    usage,             ///< refused before the first byte was sent
    negative_answer,   ///< the name does not exist
    proxy_name,        ///< the name of a proxy did not resolve
    proxy_unreachable, ///< the first proxy could not be reached
    tls,               ///< the TLS handshake failed, or the certificate is not trusted
    protocol,          ///< the peer does not speak the requested protocol, or broke its rules
    no_method,         ///< the proxy accepts no offered authentication method
    credentials,       ///< user name or password rejected
    closed,            ///< the connection was closed before the first byte of a reply
    refused,           ///< the proxy answered with a reply code
    timeout,           ///< a time limit ran out
    stream,            ///< a failure after the setup
};

/// What a peer that does not speak the requested protocol seems to be, judging by its first bytes.
enum class peer_kind : std::uint8_t {
    unknown,     ///< nothing that is known here
    http,        ///< an HTTP server
    ssh,         ///< an SSH server
    tls,         ///< speaks TLS
    mail_or_ftp, ///< "220 ", "* OK", "+OK": SMTP, FTP, IMAP, POP3
    socks4,      ///< answers with SOCKS4 replies
    socks5,      ///< answers with SOCKS5 messages
    socks6,      ///< answers with SOCKS6 messages
};

/// One failure, with everything that a person needs to know about it. A value; it owns its texts
/// and contains no secret.
struct error {
    /// failure::usage without a cause.
    error() = default;
    /// A failure about no hop yet, without a code.
    SOCKSCAT_EXPORT error(failure what, phase where, std::string why);

    failure kind{failure::usage}; ///< what a program decides by
    phase at{phase::none};        ///< what was being done
    /// The hop it is about, "host:port" or the path of a socket; empty if none.
    std::string hop;
    /// The cause as a sentence for people; never contains a secret. Quoted text is escaped.
    std::string cause;
    /// The system's or the peer's code, if there was one. Three that say more than the kind:
    /// not_supported, less GSSAPI protection than required, or an HTTP proxy that does not offer
    /// Basic; address_not_available, a UDP relay that cannot be used; function_not_supported, a
    /// proxy that takes RESOLVE for CONNECT.
    std::error_code code;
    /// With failure::protocol: what the peer seems to be.
    peer_kind looks_like{peer_kind::unknown};
    /// What to try instead, as a sentence for people; may be empty. Never contains a secret.
    std::string advice;
};

/// failure::usage: refused before the first byte was sent, about no hop and in no phase.
SOCKSCAT_EXPORT error usage_error(std::string cause);
/// The same, with an error::advice.
SOCKSCAT_EXPORT error usage_error(std::string cause, std::string advice);

/// "HOP: PHASE: CAUSE", one line, without control characters.
SOCKSCAT_EXPORT std::string to_string(const error& value);

} // namespace sockscat
