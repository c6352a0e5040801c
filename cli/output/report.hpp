// SPDX-License-Identifier: MIT
/// The report of a run: JSON for programs, one closing line for people.
#pragma once

#include "watcher.hpp"

#include <sockscat/association.hpp>
#include <sockscat/relay.hpp>
#include <sockscat/tls.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

/// What `udp` moved.
struct datagram_counts {
    std::uint64_t sent{0};
    std::uint64_t received{0};
    drop_counters dropped;
};

struct run_record {
    run_record() = default;

    std::string command;
    std::vector<std::string> proxies; ///< URLs without passwords
    std::string target;               ///< "host:port"
    std::optional<std::string> bound;
    std::optional<std::string> peer;          ///< bind: who called
    std::optional<datagram_counts> datagrams; ///< udp
    relay_counters bytes;
    std::optional<tls_summary> tls; ///< with the target
    std::optional<double> setup_ms;
    double duration_ms{0};
    int exit_status{0};
    std::optional<std::string> error;
};

/// One line of JSON, schema "sockscat.report/1", with its LF.
std::string report_json(const run_record& run, const phase_times& times);

/// "sent 1.2 MiB, received 30 MiB in 12.1 s (2.5 MiB/s), set up in 61 ms"; of `udp` also the
/// datagrams, and how many of them were dropped.
std::string stats_line(const run_record& run);

/// What --progress shows while the relay runs.
std::string progress_line(const relay_counters& bytes, std::chrono::duration<double> since);

/// Since a point in time.
double milliseconds_since(std::chrono::steady_clock::time_point start);

/// "1.2 MiB"; exact below 1 KiB.
std::string byte_text(double count);

} // namespace sockscat::cli
