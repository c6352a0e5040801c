// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "options/proxy_options.hpp"
#include "output/exit_status.hpp"
#include "output/ordered_output.hpp"
#include "output/output_file.hpp"
#include "output/progress_bar.hpp"
#include "output/watcher.hpp"
#include "output/wrap.hpp"
#include "probe_plan.hpp"
#include "probe_report.hpp"
#include "probe_settings.hpp"
#include "requirement.hpp"
#include "runtime/command_run.hpp"
#include "runtime/confine_process.hpp"
#include "runtime/process.hpp"
#include "suggestion.hpp"

#include <sockscat/probe.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace sockscat::cli {
namespace {

// So many at a time that a pause between the questions to one of them would only be felt as a
// whole.
constexpr std::size_t many = 16;
constexpr std::size_t most_waiting = 4'096;
using format = probe_settings::format;

// As if the proxy had not found the name: 3 is left to --require.
int status_of_reason(const error& why) {
    return why.kind == failure::negative_answer ? status_of(socks5_reply::host_unreachable)
                                                : status_of(why);
}

// Asks all proxies of a plan and prints their reports in its order.
class examination {
  public:
    // All are borrowed.
    examination(
        const arguments& given,
        const probe_settings& settings,
        probe_plan& plan,
        console& out,
        watcher& watch,
        const local_end& output)
        : given_{given}, settings_{settings}, plan_{plan}, out_{out}, watch_{watch},
          paints_{wants_color(color_mode_from(given), STDOUT_FILENO)},
          reports_{
              output, [](std::size_t, const std::string& text) { return text; },
              context_.get_executor(), most_waiting},
          bar_{out, plan.count(), context_.get_executor()} {}

    int run(signal_watch& signals) {
        const auto done = run_until_signal(context_, ask_all(), signals.fd());
        bar_.hide();
        if (done)
            return status();
        reports_.write_rest();
        return exit_signal + signals.take();
    }

  private:
    asio::awaitable<bool> ask_all() {
        const probe_options probe = probe_with_progress();
        const probe_source source = [this](std::size_t index) { return options_of(index); };
        const probe_sink sink = [this](std::size_t index, probe_report report) {
            if (had_login_)
                wipe_stack();
            return reports_.put(index, text_of(index, report));
        };
        const std::size_t jobs =
            std::min(settings_.jobs, static_cast<std::size_t>(raise_descriptor_limit()));
        bar_.start();
        co_await probe_all(plan_.count(), jobs, source, probe, sink);
        bar_.stop();
        co_return true;
    }

    probe_options probe_with_progress() {
        probe_options probe = settings_.probe;
        if (plan_.count() > many)
            probe.pause = std::chrono::milliseconds{0};
        if (plan_.single() != nullptr)
            probe.on_question = [this, proxy = plan_.single()->chain.back().label()](
                                    std::string_view topic) { bar_.asks(proxy, topic); };
        return probe;
    }

    connect_options options_of(std::size_t index) {
        connect_options options = plan_.take_options(index);
        had_login_ = had_login_ || std::any_of(
                                       options.chain.begin(), options.chain.end(),
                                       [](const proxy_spec& hop) { return hop.login.has_value(); });
        if (settings_.output == format::readable)
            commands_.emplace(
                index, command_to_try(given_, options.chain, plan_.has_environment_password()));
        // Of many proxies no one wants to know when a phase begins.
        if (watch_.wants_messages() || out_.is_at_least(console::level::verbose))
            options.handshake.watch = &watch_;
        return options;
    }

    std::string text_of(std::size_t index, const probe_report& report) {
        bar_.finished(report.verdict == probe_verdict::usable);
        bar_.hide();
        last_status_ = status_of_report(report);
        all_good_ = all_good_ && last_status_ == exit_done;
        if (settings_.output == format::json)
            return probe_json(report, last_status_);
        if (settings_.output == format::brief)
            return brief_report(report);
        const std::string command = commands_.extract(index).mapped();
        return (index == 0 ? "" : "\n") + readable_report(report, command, style());
    }

    // As wide as the terminal is now. What is not a terminal may be read by a script, which wants a
    // command in one line.
    [[nodiscard]] report_style style() const {
        return {paints_, columns_of(STDOUT_FILENO), ::isatty(STDOUT_FILENO) == 1};
    }

    // Says what --require misses.
    int status_of_report(const probe_report& report) {
        if (report.why)
            return status_of_reason(*report.why);
        const std::string missing = missing_from(report, settings_.required);
        if (missing.empty())
            return exit_done;
        out_.error(report.url + ": --require not met: " + missing);
        return exit_negative;
    }

    int status() {
        const output_writer& writer = reports_.writer();
        if (writer.failed())
            out_.error(writer.failed()->cause);
        if (writer.is_broken())
            return exit_stream;
        if (plan_.count() > 1)
            return all_good_ ? exit_done : exit_stream;
        return last_status_;
    }

    const arguments& given_;
    const probe_settings& settings_;
    probe_plan& plan_;
    console& out_;
    watcher& watch_;
    bool paints_;
    asio::io_context context_{1};
    ordered_output<std::string> reports_;
    progress_bar bar_;
    std::unordered_map<std::size_t, std::string> commands_; // to try, of those being examined
    bool had_login_{false};
    int last_status_{exit_done};
    bool all_good_{true};
};

// The plan has those that are needed.
void blank_password(std::string_view option, std::span<char> text) {
    if (option == "isolate") {
        std::fill(text.begin(), text.end(), 'x');
        return;
    }
    if (!option.empty() && option != "proxy")
        return;
    if (const auto found = find_password({text.data(), text.size()}))
        std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(found->offset), found->length, 'x');
}

} // namespace

int run_probe(arguments given, console& out) {
    signal_watch signals;
    auto settings = probe_settings_from(given);
    if (!settings)
        return refuse(out, settings.error(), signals);
    auto plan = probe_plan::make(given, settings.value(), out, signals.fd());
    if (!plan)
        return refuse(out, plan.error(), signals);
    given.blank(blank_password);
    auto trace_file = open_output("--trace-file", settings.value().trace_file, signals.fd());
    if (!trace_file)
        return refuse(out, trace_file.error(), signals);
    trace_writer trace{out, settings.value().trace, trace_file.value()};
    watcher watch{out, trace};
    const local_end output{STDOUT_FILENO, local_end::use::output};
    confine_process(needs_of_probes(), !given.has("no-sandbox"), out);
    return examination{given, settings.value(), plan.value(), out, watch, output}.run(signals);
}

} // namespace sockscat::cli
