// SPDX-License-Identifier: MIT
/// Everything that one proxy was asked, and what it said.
#pragma once

#include "answer.hpp"
#include "proxy_facts.hpp"
#include "question.hpp"

#include <sockscat/probe.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace sockscat::probing {

/// CONNECT to a target, and a question over UDP if it is a name server.
struct target_answer {
    /// As it was sent.
    [[nodiscard]] const address& asked_for() const { return found ? *found : target; }

    address target;
    std::optional<address> found; ///< of its name, looked up on this machine
    std::optional<error> unknown; ///< why its name came to nothing here; it was not asked for then
    answer tcp;
    bool asked_dns{false};
    std::optional<double> dns_ms; ///< when it answered
    std::string dns_failure;      ///< why it did not
};

/// From some connection on it did not accept us any more.
struct stop {
    std::size_t served{0}; ///< connections before
    answer last;           ///< to the one that was not
};

/// By question; what was not asked has ending::not_asked.
class answers {
  public:
    answer& operator[](question about) { return all_[static_cast<std::size_t>(about)]; }
    const answer& operator[](question about) const { return all_[static_cast<std::size_t>(about)]; }

    proxy_facts facts;
    std::vector<target_answer> targets; ///< in the order given, those that had their turn
    std::vector<answer> runs;           ///< connections that were measured
    /// In SOCKS5, the first target with a name, as it is; only if names are looked up here.
    std::optional<target_answer> by_name;
    std::optional<address> socks4_tried;  ///< the target of question::socks4_target
    std::optional<address> socks4a_tried; ///< the target of question::socks4a_target
    std::optional<stop> stopped;

    /// Forgets what came in connections after that one.
    void forget_after(std::size_t number);

    /// The first that the proxy was asked.
    [[nodiscard]] const answer& first() const;
    /// Any answer at all in version 5.
    [[nodiscard]] bool speaks_socks5() const;
    /// Version 4, for certain.
    [[nodiscard]] bool speaks_socks4() const;
    /// It chose a method that was not offered to it, for want of a better one.
    [[nodiscard]] bool ignores_offers() const;
    /// It chose one of gost's methods.
    [[nodiscard]] bool has_gost_tls() const;
    [[nodiscard]] bool logged_in() const;
    /// It answered the login as RFC 1929 says, or in version 5 as some do.
    [[nodiscard]] bool understands_login() const;
    /// Accepts us without a login; whether it serves then is another question.
    [[nodiscard]] bool accepts_none() const;
    /// Requests can be made, in version 5.
    [[nodiscard]] bool accepts_requests() const;
    /// Grants before it connects, or knows addresses for names that do not exist; in that version.
    [[nodiscard]] bool grants_early_in_socks5() const;
    [[nodiscard]] bool grants_early_in_socks4() const;
    /// No reply to the first CONNECT, nor to the unassigned command.
    [[nodiscard]] bool is_mute() const;
    /// The same, and no reply to any target.
    [[nodiscard]] bool leaves_requests_open() const;
    /// No reply to any of at least two CONNECTs.
    [[nodiscard]] bool leaves_connect_open() const;
    /// RESOLVE is a command of its own here.
    [[nodiscard]] bool resolves() const;
    /// The methods were answered without waiting: what it answers by itself, it answers soon.
    [[nodiscard]] bool is_prompt() const;
    /// The time that an answer had: "10 s".
    [[nodiscard]] std::string limit_of(const answer& said) const;
    /// The proxy's address as it was reached, by any connection.
    [[nodiscard]] std::optional<address> proxy() const;
    /// No one on a network could read the password.
    [[nodiscard]] bool is_private() const;

  private:
    std::array<answer, question_count> all_;
};

/// The answer of RESOLVE is the address that was asked for.
bool is_genuine_resolve(const answer& said);
/// So much faster than what is waited for that silence means something.
bool answers_promptly(const answer& said);
/// BND.ADDR and BND.PORT are those of the proxy's own listener.
bool is_listener(const address& bound, const answers& all);

} // namespace sockscat::probing
