// SPDX-License-Identifier: MIT
#include "probe_report.hpp"

#include "latency_text.hpp"

#include <sockscat/tls.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sockscat::cli {
namespace {

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
    probe_check::auth_basic,
    probe_check::auth_digest,
    probe_check::auth_ntlm,
    probe_check::auth_negotiate,
    probe_check::http_connect,
};

// TLS is a group of its own for --only, and a version for a reader.
std::string heading_of(probe_check id) {
    const auto group = group_of(id) == probe_group::tls ? probe_group::versions : group_of(id);
    std::string text{to_string(group)};
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(c - 'a' + 'A');
    });
    return text;
}

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

// Rows of one group, of which those behind the first were skipped for the same reason.
struct row_run {
    const check_result* first;
    std::size_t size{1};
    std::string names; ///< "IPv4, IPv6"
};

bool belongs_to(const row_run& run, const check_result& next) {
    return next.status == check_status::skipped && run.first->status == check_status::skipped &&
           next.reason == run.first->reason && heading_of(next.id) == heading_of(run.first->id);
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

    // What was skipped for one reason is one row.
    [[nodiscard]] std::vector<row_run> runs() const {
        std::vector<row_run> all;
        for (const probe_check id : rows) {
            const check_result* const check = report_.find(id);
            if (check == nullptr)
                continue;
            if (!all.empty() && belongs_to(all.back(), *check)) {
                ++all.back().size;
                all.back().names.append(", ").append(name_of(id));
            } else {
                all.push_back({check, 1, std::string{name_of(id)}});
            }
        }
        return all;
    }

    [[nodiscard]] std::string name_of_run(const row_run& run) const {
        constexpr std::size_t longest = 16;
        if (run.names.size() <= longest)
            return run.names;
        const auto in_group = std::count_if(rows.begin(), rows.end(), [&](probe_check id) {
            return report_.find(id) != nullptr && heading_of(id) == heading_of(run.first->id);
        });
        return run.size == static_cast<std::size_t>(in_group)
                   ? "all"
                   : std::to_string(run.size) + " others";
    }

    void add_check(const check_result& check, std::string_view heading, std::string_view name) {
        out_.row({heading, name, to_string(check.status), color_of(check.status)}, check.reason);
    }

    void add_table() {
        std::string last;
        if (!report_.checks.empty())
            out_.blank();
        for (const row_run& each : runs()) {
            const std::string heading = heading_of(each.first->id);
            add_check(*each.first, heading == last ? "" : heading, name_of_run(each));
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

// What is required of an HTTP proxy by the same word.
probe_check meant_by(probe_check word, proxy_protocol protocol) {
    if (protocol != proxy_protocol::http)
        return word;
    return word == probe_check::command_connect ? probe_check::http_connect
           : word == probe_check::auth_password ? probe_check::auth_basic
                                                : word;
}

} // namespace

std::string missing_from(const probe_report& report, const std::vector<probe_check>& required) {
    std::string missing;
    for (const probe_check word : required) {
        const probe_check id = meant_by(word, report.protocol);
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

std::string readable_report(
    const probe_report& report, std::string_view to_try, const report_style& style) {
    return writer{report, to_try, style}.text();
}

} // namespace sockscat::cli
