// SPDX-License-Identifier: MIT
/// The exit statuses: this enumeration is the table of the manual.
#pragma once

#include <sockscat/error.hpp>

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

/// The status for an error.
int status_of(const error& why);

} // namespace sockscat::cli
