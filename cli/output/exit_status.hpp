// SPDX-License-Identifier: MIT
/// The exit statuses: the table of the manual and of README.md.
#pragma once

#include <sockscat/error.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace sockscat::cli {

enum exit_status : int {
    exit_done = 0,
    exit_stream = 1,
    exit_usage = 2,
    exit_negative = 3,
    exit_proxy_name = 10,
    exit_proxy_unreachable = 11,
    exit_tls = 12,
    exit_protocol = 13,
    exit_no_method = 14,
    exit_credentials = 15,
    exit_closed = 16,
    exit_reply = 20,      ///< 20 + REP for REP 1 to 8; SOCKS4 91 is 21
    exit_unassigned = 29, ///< any other reply code
    exit_tor = 30,        ///< 30 + n for Tor's F0 + n, n 0 to 7
    exit_timeout = 124,
    exit_signal = 128, ///< 128 + number of the signal
};

/// The status for an error, and for a refusal by reply code.
int status_of(const error& why);
int status_of(socks5_reply reply);

/// One row: what a run that ends with it has come to, in the words that the manual and README.md
/// begin with. Those of replies are made of the table of replies.
struct status_entry {
    exit_status status;
    std::optional<failure> kind; ///< the failure that it is the status of
    std::string_view meaning;
};

/// Every status that is not made of a reply code or a signal, in order.
std::span<const status_entry> exit_statuses();

} // namespace sockscat::cli
