// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <sockscat/text.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace sockscat::cli {
namespace {

using json = nlohmann::ordered_json;

template <class T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

// Microseconds are more than the clocks of two machines agree on.
double rounded_ms(double value) {
    return std::round(value * 1000) / 1000;
}

json ms_or_null(const std::optional<double>& value) {
    return value ? json(rounded_ms(*value)) : json(nullptr);
}

json phases_json(const phase_times& times) {
    json phases;
    for (const phase which :
         {phase::lookup, phase::connect, phase::tls, phase::method, phase::auth, phase::request})
        phases[std::string{to_string(which)} + "_ms"] = ms_or_null(times.milliseconds(which));
    return phases;
}

void add_datagrams(json& out, const datagram_counts& counts) {
    out["datagrams"] = {{"sent", counts.sent}, {"received", counts.received}};
    out["dropped"] = {
        {"wrong_source", counts.dropped.wrong_source},
        {"fragment", counts.dropped.fragment},
        {"malformed", counts.dropped.malformed},
        {"overflow", counts.dropped.overflow}};
}

std::uint64_t total(const drop_counters& dropped) {
    return dropped.wrong_source + dropped.fragment + dropped.malformed + dropped.overflow;
}

// "3 datagrams, 12 B", or the bytes alone.
std::string moved_text(
    const std::optional<datagram_counts>& counts, std::uint64_t datagrams, std::uint64_t bytes) {
    return (counts ? counted(datagrams, "datagram") + ", " : "") +
           byte_text(static_cast<double>(bytes));
}

std::string formatted(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string rate_text(double bytes, double seconds) {
    return byte_text(seconds > 0 ? bytes / seconds : 0) + "/s";
}

} // namespace

std::string report_json(const run_record& run, const phase_times& times) {
    json out;
    out["schema"] = "sockscat.report/1";
    out["command"] = run.command;
    out["proxies"] = run.proxies;
    out["target"] = run.target;
    out["bound"] = or_null(run.bound);
    if (run.command == "bind")
        out["peer"] = or_null(run.peer);
    out["sent"] = run.bytes.sent;
    out["received"] = run.bytes.received;
    if (run.datagrams)
        add_datagrams(out, *run.datagrams);
    out["setup_ms"] = ms_or_null(run.setup_ms);
    out["duration_ms"] = rounded_ms(run.duration_ms);
    out["phases"] = phases_json(times);
    out["exit_status"] = run.exit_status;
    out["error"] = or_null(run.error);
    return out.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string stats_line(const run_record& run) {
    const double seconds = run.duration_ms / 1000;
    const auto moved = static_cast<double>(run.bytes.sent + run.bytes.received);
    const datagram_counts counts = run.datagrams.value_or(datagram_counts{});
    std::string line = "sent " + moved_text(run.datagrams, counts.sent, run.bytes.sent) +
                       ", received " +
                       moved_text(run.datagrams, counts.received, run.bytes.received) + " in " +
                       formatted("%.3g s", seconds) + " (" + rate_text(moved, seconds) + ")";
    if (run.datagrams)
        line += ", dropped " + std::to_string(total(counts.dropped));
    if (run.setup_ms)
        line += ", set up in " + formatted("%.3g ms", *run.setup_ms);
    return line;
}

std::string progress_line(const relay_counters& bytes, std::chrono::duration<double> since) {
    const auto moved = static_cast<double>(bytes.sent + bytes.received);
    const auto seconds = static_cast<unsigned long long>(since.count());
    std::array<char, 32> clock{};
    std::snprintf(
        clock.data(), clock.size(), "%llu:%02llu:%02llu", seconds / 3600, seconds / 60 % 60,
        seconds % 60);
    return "sent " + byte_text(static_cast<double>(bytes.sent)) + ", received " +
           byte_text(static_cast<double>(bytes.received)) + "  " + clock.data() + "  [" +
           rate_text(moved, since.count()) + "]";
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>{std::chrono::steady_clock::now() - start}
        .count();
}

std::string byte_text(double count) {
    static constexpr std::array<const char*, 6> units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    for (; count >= 1024 && unit + 1 < units.size(); ++unit)
        count /= 1024;
    const char* const format = unit == 0 || count >= 100 ? "%.0f "
                               : count >= 10             ? "%.1f "
                                                         : "%.2f ";
    return formatted(format, count) + units[unit];
}

} // namespace sockscat::cli
