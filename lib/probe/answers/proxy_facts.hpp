// SPDX-License-Identifier: MIT
/// What is known of a proxy before the first question: its URL, and the options.
#pragma once

#include <sockscat/client.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sockscat::probing {

struct proxy_facts {
    std::string hop; ///< its label
    std::uint16_t port{0};
    /// The hops up to each, nearest to us first: its label, and what `probe` is given to examine
    /// it, words for a shell.
    std::vector<std::pair<std::string, std::string>> ways;
    /// Its URL for the other versions, without a password.
    std::string url_as_socks4;
    std::string url_as_http;
    std::string url_as_socks4a;
    std::string url_as_socks5h;
    /// The same without TLS.
    std::string url_as_plain_socks4a;
    std::string url_as_plain_socks5h;
    proxy_protocol wanted{proxy_protocol::socks5};
    bool resolves_here{false}; ///< the names of targets are looked up on this machine
    bool over_tls{false};
    bool is_direct{true};     ///< a single TCP handshake away
    bool has_port{true};      ///< it is not a Unix socket
    bool has_login{false};    ///< of SOCKS5; a user id of SOCKS4 is none
    bool has_password{false}; ///< else it is empty
    bool may_use_none{true};
    bool may_log_in{true};
    std::string user;
    std::chrono::milliseconds limit{10'000};      ///< of each question; 0: none
    std::chrono::milliseconds short_limit{2'000}; ///< for what is answered soon or never

    /// "10 s"
    [[nodiscard]] std::string limit_text() const;
    [[nodiscard]] std::string short_limit_text() const;
};

/// Of the last hop.
proxy_facts facts_of(const connect_options& options);

} // namespace sockscat::probing
