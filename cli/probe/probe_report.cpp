// SPDX-License-Identifier: MIT
#include "probe_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sockscat::cli {
namespace {

constexpr std::size_t group_width = 17;
constexpr std::size_t name_width = 17;
constexpr std::size_t word_width = 9;
constexpr std::size_t steps = 3; // of the scale of the waterfall
constexpr std::size_t step_width = 8;

// The rows in the order in which one reads them.
constexpr std::array rows{
    probe_check::socks5,
    probe_check::socks4,
    probe_check::socks4a,
    probe_check::tls,
    probe_check::auth_none,
    probe_check::auth_password,
    probe_check::auth_chap,
    probe_check::auth_gssapi,
    probe_check::command_connect,
    probe_check::command_bind,
    probe_check::command_udp_associate,
    probe_check::command_resolve,
    probe_check::command_resolve_ptr,
    probe_check::address_ipv4,
    probe_check::address_ipv6,
    probe_check::address_domain,
};

std::string padded(std::string_view text, std::size_t width) {
    std::string out{text};
    out.resize(std::max(width, out.size() + 1), ' ');
    return out;
}

// TLS is a group of its own for --only, and a version for a reader.
std::string heading_of(probe_check id) {
    const auto group = group_of(id) == probe_group::tls ? probe_group::versions : group_of(id);
    std::string text{to_string(group)};
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(c - 'a' + 'A');
    });
    return text;
}

std::string number_text(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 10 ? "%.2f" : "%.1f", value);
    return text.data();
}

std::string right(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

// 1, 2 or 5 times a power of ten, so that `steps` of it hold `total`.
double nice_step(double total) {
    double step = 0.01;
    for (;;) {
        for (const double factor : {1.0, 2.0, 5.0})
            if (step * factor * static_cast<double>(steps) >= total)
                return step * factor;
        step *= 10;
    }
}

std::string scale_text(double step) {
    std::string text;
    for (std::size_t i = 0; i <= steps; ++i) {
        std::array<char, 32> mark{};
        std::snprintf(mark.data(), mark.size(), "%g", step * static_cast<double>(i));
        text = padded(text, i * step_width == 0 ? 0 : i * step_width - 1).substr(0, i * step_width);
        text.resize(i * step_width, ' ');
        text += mark.data();
    }
    return text;
}

// The verdict as a finding: of those that fail it alone is about no single check.
bool is_verdict(const finding& each) {
    return each.severity == severity::fail && !each.check;
}

class writer {
  public:
    writer(const probe_report& report, std::string_view to_try, bool color)
        : report_{report}, to_try_{to_try}, color_{color} {}

    std::string text() {
        add_verdict();
        if (report_.verdict == probe_verdict::usable ||
            report_.verdict == probe_verdict::unusable) {
            add_table();
            add_targets();
        }
        if (has_timings())
            add_latency(*report_.latency);
        add_findings();
        return std::move(out_);
    }

  private:
    [[nodiscard]] std::string paint(std::string_view text, const char* color) const {
        return color_ ? std::string{color}.append(text).append("\033[0m") : std::string{text};
    }

    [[nodiscard]] bool has_timings() const { return report_.latency && report_.latency->runs > 0; }

    [[nodiscard]] std::string label() const {
        if (!report_.unix_path.empty())
            return report_.unix_path;
        const bool is_ipv6 = report_.host.find(':') != std::string::npos;
        return (is_ipv6 ? "[" + report_.host + "]" : report_.host) + ":" +
               std::to_string(report_.port);
    }

    void add_verdict() {
        const bool usable = report_.verdict == probe_verdict::usable;
        out_ += paint(to_string(report_.verdict), usable ? "\033[1;32m" : "\033[1;31m") + "  ";
        if (!usable) {
            const std::string lead = report_.why->hop == label() ? label() + ": " : "";
            out_ += label() + ": " + (report_.why->hop == label() ? "" : "through ") +
                    (lead.empty() ? to_string(*report_.why) : report_.why->cause) + "\n";
            return;
        }
        out_ += label() + " (";
        const std::string ip = report_.reached ? to_string(report_.reached->host) : "";
        if (!ip.empty() && ip != report_.host)
            out_ += ip + " ";
        out_ += report_.over_tls             ? "over TLS)"
                : !report_.unix_path.empty() ? "over a Unix socket)"
                                             : "over TCP)";
        add_counts();
        out_ += "\n";
    }

    void add_counts() {
        for (const auto& [grave, word] :
             {std::pair{severity::fail, "failure"}, std::pair{severity::warn, "warning"}}) {
            const auto count = std::count_if(
                report_.findings.begin(), report_.findings.end(),
                [wanted = grave](const finding& each) { return each.severity == wanted; });
            if (count > 0)
                out_ += ", " + std::to_string(count) + " " + word + (count == 1 ? "" : "s");
        }
    }

    [[nodiscard]] std::string word_of(check_status status) const {
        static constexpr std::array<const char*, 5> colors{
            "\033[32m", "\033[31m", "\033[33m", "\033[2m", "\033[1;31m"};
        const std::string_view word = to_string(status);
        const std::string space(word_width - word.size(), ' ');
        return paint(word, colors[static_cast<std::size_t>(status)]) + space;
    }

    [[nodiscard]] std::string word_of(target_status status) const {
        static constexpr std::array<const char*, 4> colors{
            "\033[32m", "\033[33m", "\033[31m", "\033[33m"};
        const std::string_view word = to_string(status);
        return paint(word, colors[static_cast<std::size_t>(status)]) +
               std::string(word_width + 1 - word.size(), ' ');
    }

    void add_row(const check_result& check, std::string_view heading) {
        std::string line = padded(heading, group_width) + padded(name_of(check.id), name_width);
        line += word_of(check.status) + check.reason;
        line.erase(line.find_last_not_of(' ') + 1);
        out_ += line + "\n";
    }

    void add_table() {
        std::string last;
        if (!report_.checks.empty())
            out_ += "\n";
        for (const probe_check id : rows) {
            const check_result* const check = report_.find(id);
            if (check == nullptr)
                continue;
            const std::string heading = heading_of(id);
            add_row(*check, heading == last ? "" : heading);
            last = heading;
            if (id == probe_check::tls && report_.tls)
                add_certificate(*report_.tls);
        }
        const check_result* const pipelining = report_.find(probe_check::pipelining);
        if (pipelining != nullptr && !has_timings())
            add_row(*pipelining, "LATENCY");
    }

    void add_targets() {
        std::size_t width = 0;
        for (const target_result& each : report_.targets)
            width = std::max(width, to_string(each.target).size() + 2);
        for (const target_result& each : report_.targets) {
            out_ += padded(&each == report_.targets.data() ? "TARGETS" : "", group_width);
            out_ += padded(to_string(each.target), width) + word_of(each.status);
            if (each.elapsed_ms)
                out_ += number_text(*each.elapsed_ms) + " ms";
            if (!each.reason.empty())
                out_ += (each.elapsed_ms ? ", " : "") + each.reason;
            out_ += "\n";
        }
    }

    void add_certificate(const tls_summary& tls) {
        out_ += padded("", group_width) + padded("certificate", name_width) + tls.subject;
        if (!tls.not_after.empty())
            out_ += ", until " + tls.not_after;
        out_ += "\n";
    }

    void add_latency(const probe_latency& latency) {
        double sum = 0;
        for (const auto* each :
             {&latency.connect, &latency.method, &latency.auth, &latency.request})
            sum += *each ? (*each)->median : 0;
        const double step = nice_step(sum);
        const std::string runs =
            std::to_string(latency.runs) + (latency.runs == 1 ? " run, ms" : " runs, ms");
        out_ += padded("LATENCY", group_width) + padded(runs, 13) + right("min", 7) +
                right("med", 7) + right("max", 7) + "   " + scale_text(step) + "\n";
        double at = 0;
        for (const auto& [name, value] :
             {std::pair{"connect", &latency.connect}, std::pair{"method", &latency.method},
              std::pair{"auth", &latency.auth}, std::pair{"request", &latency.request}}) {
            if (!*value)
                continue;
            add_timing(name, **value);
            out_ += "   " + bar(at, (*value)->median, step) + "\n";
            at += (*value)->median;
        }
        if (latency.total) {
            add_timing("total", *latency.total);
            out_ += to_target(latency) + "\n";
        }
        if (const check_result* const pipelining = report_.find(probe_check::pipelining))
            add_row(*pipelining, "");
    }

    void add_timing(std::string_view name, const timing& value) {
        out_ += padded("", group_width) + padded(name, 13) + right(number_text(value.min), 7) +
                right(number_text(value.median), 7) + right(number_text(value.max), 7);
    }

    static std::string bar(double begin, double length, double step) {
        const auto nearest = [column = step / static_cast<double>(step_width)](double at) {
            return static_cast<std::size_t>(at / column + 0.5);
        };
        const std::size_t from = nearest(begin);
        const std::size_t to = nearest(begin + length);
        const std::size_t most = steps * step_width + 1;
        const std::size_t start = std::min(from, most - 1);
        return std::string(start, ' ') + std::string(std::clamp(to, start + 1, most) - start, '=');
    }

    // The request takes a round trip to the proxy and what the proxy needs for the rest.
    [[nodiscard]] static std::string to_target(const probe_latency& latency) {
        if (!latency.request || !latency.connect)
            return "";
        const double rest = latency.request->median - latency.connect->median;
        return rest > 0 ? "   (behind the proxy: about " + number_text(rest) + ")" : "";
    }

    // The one that is the verdict has been said; its advice has not.
    void add_findings() {
        bool first = true;
        for (const finding& each : report_.findings) {
            if (first && report_.verdict != probe_verdict::unreachable &&
                report_.verdict != probe_verdict::not_socks)
                out_ += "\n";
            first = false;
            if (!is_verdict(each))
                add_finding(each);
            if (!each.advice.empty())
                out_ += "      advice: " + each.advice + "\n";
        }
        if (report_.verdict == probe_verdict::usable)
            out_ +=
                (first ? "\n" : "") + paint("try", "\033[1m") + "   " + std::string{to_try_} + "\n";
    }

    void add_finding(const finding& each) {
        static constexpr std::array<const char*, 3> colors{"\033[36m", "\033[1;33m", "\033[1;31m"};
        out_ += paint(to_string(each.severity), colors[static_cast<std::size_t>(each.severity)]) +
                "  " + each.id + "   " + each.message + "\n";
    }

    const probe_report& report_;
    std::string_view to_try_;
    bool color_;
    std::string out_;
};

} // namespace

std::string missing_from(const probe_report& report, const std::vector<probe_check>& required) {
    std::string missing;
    for (const probe_check id : required) {
        const check_result* const check = report.find(id);
        if (check != nullptr && check->status == check_status::yes)
            continue;
        missing += missing.empty() ? "" : ", ";
        missing.append(to_string(id));
        if (check != nullptr)
            missing.append(" (").append(to_string(check->status)).append(")");
    }
    return missing;
}

std::string readable_report(const probe_report& report, std::string_view to_try, bool color) {
    return writer{report, to_try, color}.text();
}

} // namespace sockscat::cli
