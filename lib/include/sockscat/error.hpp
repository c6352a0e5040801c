// SPDX-License-Identifier: MIT
/// Errors: what kind of failure it was, in which phase, at which hop, and why.
#pragma once

#include <sockscat/export.hpp>
#include <sockscat/reply.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace sockscat {

/// The steps of a set-up, in the order in which they happen at one hop.
enum class phase : std::uint8_t {
    none,    ///< nothing has been tried yet
    lookup,  ///< a name is looked up on this machine
    connect, ///< TCP or Unix connection to the hop
    tls,     ///< TLS handshake with the hop, or with the destination
    method,  ///< greeting and method selection (RFC 1928 section 3)
    auth,    ///< the sub-negotiation of the method (RFC 1929, RFC 1961, CHAP)
    request, ///< request and reply (RFC 1928 sections 4 and 6; SOCKS4)
    accept,  ///< BIND: between the first reply and the second
    relay,   ///< after set-up: payload
};

/// The word for a phase in messages, reports and traces ("lookup", "connect", ...).
SOCKSCAT_EXPORT std::string_view to_string(phase value);

/// What kind of failure it was. Reply codes of a proxy are `refused`, the code itself is in
/// error::code: a socks5_reply, a socks4_reply or an http_status.
enum class failure : std::uint8_t {
    usage,             ///< refused before the first byte was sent
    negative_answer,   ///< the name does not exist
    proxy_name,        ///< the name of a proxy did not resolve
    proxy_unreachable, ///< the first proxy could not be reached
    tls,               ///< the TLS handshake failed, or the certificate is not trusted
    protocol,          ///< not the SOCKS that was asked for, or its rules were broken
    no_method,         ///< none of the offered authentication methods is accepted
    credentials,       ///< user name or password rejected
    closed,            ///< closed instead of a reply: not one byte of it came
    refused,           ///< the proxy answered with a reply code
    timeout,           ///< a time limit ran out
    stream,            ///< failed after set-up
};

/// What a peer that does not speak the SOCKS asked for seems to be, judged by its first bytes.
enum class peer_kind : std::uint8_t {
    unknown,
    http,
    ssh,
    tls,
    mail_or_ftp, ///< "220 ", "* OK", "+OK": SMTP, FTP, IMAP, POP3
    socks4,      ///< answers with SOCKS4 replies
    socks5,      ///< answers with SOCKS5 messages
    socks6,
};

/// One failure with everything a person needs to know about it.
struct error {
    error() = default;
    SOCKSCAT_EXPORT error(failure what, phase where, std::string why);

    failure kind{failure::usage};
    phase at{phase::none};
    /// The hop it is about, "host:port" or a socket path; empty if none.
    std::string hop;
    /// The cause, in our words; never contains a secret. Text quoted from elsewhere is escaped.
    std::string cause;
    /// The system's or the peer's code, if there was one. Three that a caller may want to tell
    /// apart from their kind: not_supported, less GSSAPI protection than is wanted, or an HTTP
    /// proxy that offers no Basic;
    /// address_not_available, a UDP relay that cannot be used; function_not_supported, a proxy that
    /// takes RESOLVE for CONNECT.
    std::error_code code;
    /// Set with failure::protocol: what seems to be there instead.
    peer_kind looks_like{peer_kind::unknown};
    /// What to try instead, in our words; empty where nothing is known. Never contains a secret.
    std::string advice;
};

/// failure::usage: refused before the first byte was sent, about no hop and in no phase.
SOCKSCAT_EXPORT error usage_error(std::string cause);
SOCKSCAT_EXPORT error usage_error(std::string cause, std::string advice);

/// "HOP: PHASE: CAUSE", one line, without control characters.
SOCKSCAT_EXPORT std::string to_string(const error& value);

} // namespace sockscat
