// SPDX-License-Identifier: MIT
#include "probe_report.hpp"

#include "latency_text.hpp"
#include "report_rows.hpp"

#include <sockscat/tls.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::size_t finding_indent = 6;
constexpr std::string_view bold = "\033[1m";
constexpr std::string_view bold_red = "\033[1;31m";
// Neither yellow nor cyan: they cannot be read on white.
constexpr std::string_view magenta = "\033[35m";

std::string_view color_of(check_status status) {
    static constexpr std::array<std::string_view, 5> colors{
        "\033[32m", "\033[31m", magenta, "\033[2m", bold_red};
    return colors[static_cast<std::size_t>(status)];
}

std::string_view color_of(target_status status) {
    static constexpr std::array<std::string_view, 4> colors{
        "\033[32m", magenta, "\033[31m", magenta};
    return colors[static_cast<std::size_t>(status)];
}

std::string_view color_of(severity value) {
    static constexpr std::array<std::string_view, 3> colors{bold, "\033[1;35m", bold_red};
    return colors[static_cast<std::size_t>(value)];
}

class writer {
  public:
    writer(const probe_report& report, std::string_view to_try, report_style style)
        : report_{report}, to_try_{to_try}, out_{style} {}

    std::string text() {
        add_verdict();
        if (report_.verdict == probe_verdict::usable ||
            report_.verdict == probe_verdict::unusable) {
            add_table();
            add_targets();
            add_timings();
        }
        add_findings();
        return std::move(out_).text();
    }

  private:
    [[nodiscard]] std::string label() const {
        if (!report_.unix_path.empty())
            return report_.unix_path;
        const bool is_ipv6 = report_.host.find(':') != std::string::npos;
        return (is_ipv6 ? "[" + report_.host + "]" : report_.host) + ":" +
               std::to_string(report_.port);
    }

    // A bad one is a finding as well: of those that fail it alone is about no single check.
    [[nodiscard]] bool is_verdict(const finding& each) const {
        return report_.verdict != probe_verdict::usable && each.severity == severity::fail &&
               !each.check;
    }

    void add_verdict() {
        const std::string_view word = to_string(report_.verdict);
        if (report_.verdict == probe_verdict::usable)
            out_.hanging(word, "\033[1;32m", label() + " (" + way_text() + ")" + counts_text());
        else
            out_.hanging(word, bold_red, why_text());
        for (const finding& each : report_.findings)
            if (is_verdict(each))
                add_advice(each, word.size() + 2);
    }

    [[nodiscard]] std::string why_text() const {
        if (report_.why->hop == label())
            return label() + ": " + report_.why->cause;
        return label() + ": through " + to_string(*report_.why);
    }

    [[nodiscard]] std::string way_text() const {
        const std::string ip = report_.reached ? to_string(report_.reached->host) : "";
        const std::string lead = ip.empty() || ip == report_.host ? "" : ip + " ";
        return lead + (report_.over_tls             ? "over TLS"
                       : !report_.unix_path.empty() ? "over a Unix socket"
                                                    : "over TCP");
    }

    [[nodiscard]] std::string counts_text() const {
        std::string text;
        for (const auto& [grave, word] :
             {std::pair{severity::fail, "failure"}, std::pair{severity::warn, "warning"}}) {
            const auto count = std::count_if(
                report_.findings.begin(), report_.findings.end(),
                [wanted = grave](const finding& each) { return each.severity == wanted; });
            if (count > 0)
                text += ", " + std::to_string(count) + " " + word + (count == 1 ? "" : "s");
        }
        return text;
    }

    void add_check(const check_result& check, std::string_view heading, std::string_view name) {
        out_.row({heading, name, to_string(check.status), color_of(check.status)}, check.reason);
    }

    void add_table() {
        std::string last;
        if (!report_.checks.empty())
            out_.blank();
        for (const row_run& each : rows_of(report_)) {
            const std::string heading = heading_of(each.first->id);
            add_check(*each.first, heading == last ? "" : heading, row_name(report_, each));
            last = heading;
            if (each.first->id == probe_check::tls && report_.tls)
                add_certificate(*report_.tls, "");
        }
        if (report_.protocol == proxy_protocol::http && report_.tls)
            add_certificate(*report_.tls, "TLS");
    }

    void add_targets() {
        constexpr std::size_t longest_status = 10;
        std::size_t width = 0;
        for (const target_result& each : report_.targets)
            width = std::max(width, to_string(each.target).size() + 2);
        for (const target_result& each : report_.targets) {
            const bool is_first = &each == report_.targets.data();
            const std::string name = to_string(each.target);
            std::string text = each.elapsed_ms ? number_text(*each.elapsed_ms) + " ms" : "";
            if (!each.reason.empty())
                text.append(text.empty() ? "" : ", ").append(each.reason);
            out_.row(
                {is_first ? "TARGETS" : "", name, to_string(each.status), color_of(each.status),
                 width, longest_status},
                text);
        }
    }

    void add_certificate(const tls_summary& tls, std::string_view heading) {
        out_.row(
            {heading, "certificate", "", ""},
            tls.subject + (tls.not_after ? ", until " + utc_text(*tls.not_after) : ""));
    }

    void add_timings() {
        const bool is_measured = report_.latency && report_.latency->runs > 0;
        if (is_measured)
            add_latency(out_, *report_.latency);
        if (const check_result* const pipelining = report_.find(probe_check::pipelining))
            add_check(*pipelining, is_measured ? "" : "LATENCY", name_of(pipelining->id));
    }

    void add_advice(const finding& about, std::size_t indent) {
        if (!about.advice.empty())
            out_.hanging_at(indent, "advice: ", about.advice);
    }

    // But the one that is the verdict.
    void add_findings() {
        bool is_first = true;
        const auto separate = [&] {
            if (std::exchange(is_first, false))
                out_.blank();
        };
        for (const finding& each : report_.findings) {
            if (is_verdict(each))
                continue;
            separate();
            add_finding(each);
        }
        if (report_.verdict == probe_verdict::usable) {
            separate();
            out_.command("try", bold, to_try_);
        }
    }

    void add_finding(const finding& each) {
        out_.finding(to_string(each.severity), color_of(each.severity), each.id, each.message);
        add_advice(each, finding_indent);
    }

    const probe_report& report_;
    std::string_view to_try_;
    report_lines out_;
};

} // namespace

std::string readable_report(
    const probe_report& report, std::string_view to_try, const report_style& style) {
    return writer{report, to_try, style}.text();
}

} // namespace sockscat::cli
