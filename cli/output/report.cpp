// SPDX-License-Identifier: MIT
#include "report.hpp"

#include "json_text.hpp"

#include <sockscat/text.hpp>

#include <array>
#include <cmath>
#include <cstdio>

namespace sockscat::cli {
namespace {

void put_phases(json_text& out, const phase_times& times) {
    out.begin_object("phases");
    for (const phase which :
         {phase::lookup, phase::connect, phase::tls, phase::method, phase::auth, phase::request})
        out.milliseconds(std::string{to_string(which)} + "_ms", times.milliseconds(which));
    out.end_object();
}

void put_tls(json_text& out, const std::optional<tls_summary>& made) {
    if (!made) {
        out.null("tls");
        return;
    }
    out.begin_object("tls");
    out.text("version", made->version);
    out.text("cipher", made->cipher);
    out.text_or_null("alpn", made->alpn);
    out.boolean("verified", made->verified);
    out.end_object();
}

void put_datagrams(json_text& out, const datagram_counts& counts) {
    out.begin_object("datagrams");
    out.number("sent", counts.sent);
    out.number("received", counts.received);
    out.end_object();
    out.begin_object("dropped");
    out.number("wrong_source", counts.dropped.wrong_source);
    out.number("fragment", counts.dropped.fragment);
    out.number("malformed", counts.dropped.malformed);
    out.number("overflow", counts.dropped.overflow);
    out.end_object();
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
    json_text out;
    out.begin_object();
    out.text("schema", "sockscat.report/1");
    out.text("command", run.command);
    out.begin_array("proxies");
    for (const std::string& each : run.proxies)
        out.text({}, each);
    out.end_array();
    out.text("target", run.target);
    out.text_or_null("bound", run.bound.value_or(""));
    if (run.command == "bind")
        out.text_or_null("peer", run.peer.value_or(""));
    out.number("sent", run.bytes.sent);
    out.number("received", run.bytes.received);
    if (run.datagrams)
        put_datagrams(out, *run.datagrams);
    out.milliseconds("setup_ms", run.setup_ms);
    out.milliseconds("duration_ms", run.duration_ms);
    put_phases(out, times);
    put_tls(out, run.tls);
    out.number("exit_status", run.exit_status);
    out.text_or_null("error", run.error.value_or(""));
    out.end_object();
    return std::move(out).line();
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
