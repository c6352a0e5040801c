// SPDX-License-Identifier: MIT
/// Everything that one proxy was asked, and what it said.
#pragma once

#include "answer.hpp"

#include <sockscat/probe.hpp>

#include <string>
#include <vector>

namespace sockscat::probing {

/// CONNECT to a target, and a question over UDP if it is a name server.
struct target_answer {
    address target;
    answer tcp;
    bool asked_dns{false};
    std::optional<double> dns_ms; ///< when it answered
    std::string dns_failure;      ///< why it did not
};

/// Named for what was sent. An answer that was not asked for has ending::not_asked.
struct answers {
    answer either; ///< 05 02 00 02
    answer none;   ///< 05 01 00
    answer password;
    answer gssapi;
    answer chap;
    answer unassigned;
    answer gost;

    answer connect; ///< of the reserved name
    answer control; ///< an unassigned command
    answer bind;
    answer udp;
    answer resolve;     ///< of an address
    answer resolve_ptr; ///< of 0.0.0.0
    answer pipelined;   ///< one of these, in one segment with the greeting
    answer reference;   ///< and that one alone

    answer socks4;         ///< an unassigned command
    answer socks4_bind;    ///< if nothing came of that
    answer socks4_connect; ///< of the reserved name, if it speaks nothing newer
    answer socks4_target;  ///< of an IPv4 target
    answer socks4a_target; ///< of a target, as a name
    answer socks4a_resolve;

    answer hello; ///< TLS

    std::vector<target_answer> targets;
    std::vector<answer> runs;

    // What is known beforehand.
    std::string hop;
    proxy_protocol wanted{proxy_protocol::socks5};
    bool over_tls{false};
    bool is_direct{true}; ///< one TCP handshake stands between, and nothing else
    bool has_login{false};
    bool has_password{false}; ///< else it is empty
    bool may_use_none{true};
    bool may_log_in{true};
    std::string user;
    bool has_port{true};          ///< it is no Unix socket
    std::string limit_text;       ///< "10 s"
    std::string short_limit_text; ///< of TLS and pipelining: "2 s"

    /// The first that the proxy was asked.
    [[nodiscard]] const answer& first() const;
    /// Any answer at all in version 5.
    [[nodiscard]] bool speaks_socks5() const;
    /// Version 4, for certain.
    [[nodiscard]] bool speaks_socks4() const;
    /// It chose a method that was not offered to it, for want of a better one.
    [[nodiscard]] bool ignores_offers() const;
    [[nodiscard]] bool logged_in() const;
    /// How commands can be asked; neither: not at all.
    [[nodiscard]] bool enters_freely() const;
    /// Grants before it connects, or knows addresses for names that do not exist.
    [[nodiscard]] bool grants_early() const;
    /// No reply to the first CONNECT, nor to the unassigned command.
    [[nodiscard]] bool is_mute() const;
    /// The same, and no target was replied to, either.
    [[nodiscard]] bool leaves_requests_open() const;
    /// No reply to any of at least two CONNECTs.
    [[nodiscard]] bool leaves_connect_open() const;
    /// Let in without waiting: what it answers by itself, it answers soon.
    [[nodiscard]] bool is_prompt() const;
    /// The time that an answer had.
    [[nodiscard]] const std::string& limit_of(const answer& said) const;
    /// The proxy's address as it was reached, by any connection.
    [[nodiscard]] std::optional<address> proxy() const;
    /// Nobody on a network could read the password along.
    [[nodiscard]] bool is_private() const;
};

/// So much faster than what is waited for that silence means something.
bool answers_promptly(const answer& said);

} // namespace sockscat::probing
