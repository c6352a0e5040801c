// SPDX-License-Identifier: MIT
#include "command.hpp"
#include "connect_settings.hpp"
#include "event_loop.hpp"
#include "exit_status.hpp"
#include "fdpass.hpp"
#include "help.hpp"
#include "hints.hpp"
#include "output_file.hpp"
#include "parse.hpp"
#include "port_scan.hpp"
#include "process.hpp"
#include "proxy_options.hpp"
#include "report.hpp"
#include "signals.hpp"
#include "trace_writer.hpp"
#include "watcher.hpp"

#include <sockscat/text.hpp>

#include <asio/io_context.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
namespace {

using clock = std::chrono::steady_clock;

double milliseconds_since(clock::time_point start) {
    return std::chrono::duration<double, std::milli>{clock::now() - start}.count();
}

struct output_files {
    int report{-1};
    int trace{-1};
};

result<output_files> open_outputs(const connect_settings& settings, int interrupt_fd) {
    output_files files;
    auto trace = open_output("--trace-file", settings.trace_file, interrupt_fd);
    if (!trace)
        return trace.error();
    files.trace = trace.value();
    auto report = settings.report_file == "-" ? result<int>{STDERR_FILENO}
                                              : open_output("--report", settings.report_file, interrupt_fd);
    if (!report)
        return report.error();
    files.report = report.value();
    return files;
}

std::string target_text(const connect_settings& settings) {
    std::string text = to_string(address{settings.host, settings.ports.front()});
    for (std::size_t i = 1; i < settings.ports.size(); ++i)
        text += "," + std::to_string(settings.ports[i]);
    return text;
}

// One run of the command, once everything that can be refused has been checked.
class connect_run {
  public:
    connect_run(connect_settings settings, connect_options options, console& out, signal_watch& signals, output_files files)
        : settings_{std::move(settings)}, options_{std::move(options)}, out_{out}, signals_{signals}, files_{files},
          trace_{out, settings_.trace, files.trace}, watcher_{out, trace_} {
        options_.handshake.watch = &watcher_;
        record_.command = "connect";
        for (const proxy_spec& hop : options_.chain)
            record_.proxies.push_back(hop.url());
        record_.target = target_text(settings_);
    }

    int run() {
        const local_end input{STDIN_FILENO, local_end::use::input};
        const local_end output{STDOUT_FILENO, local_end::use::output};
        harden_process();
        int status = settings_.is_scan ? run_scan() : run_one(input, output);
        record_.exit_status = status;
        record_.duration_ms = milliseconds_since(start_);
        if (settings_.stats)
            out_.line(stats_line(record_));
        if (files_.report != -1)
            write_report();
        return status;
    }

  private:
    int run_scan() {
        const int jobs = std::min(settings_.jobs, raise_descriptor_limit());
        auto outcome = run_until_signal(
            context_, scan_ports(options_, settings_.host, settings_.ports, jobs, out_), signals_.fd());
        if (!outcome)
            return signalled();
        return outcome->given_up ? failed(*outcome->given_up) : outcome->exit_status;
    }

    int run_one(const local_end& input, const local_end& output) {
        const address destination{settings_.host, settings_.ports.front()};
        auto made = run_until_signal(context_, connect(options_, destination), signals_.fd());
        if (!made)
            return signalled();
        if (!*made)
            return failed(made->error());
        connection tunnel = std::move(*made).value();
        record_.setup_ms = milliseconds_since(start_);
        record_.bound = to_string(tunnel.bound());
        out_.note(options_.chain.back().label() + ": connected to " + record_.target + ", bound to " + *record_.bound);
        trace_.event("***", "tunnel to " + record_.target + " stands");
        if (settings_.only_set_up)
            return exit_done;
        return settings_.fdpass ? pass_on(tunnel) : run_relay(tunnel, input, output);
    }

    int pass_on(connection& tunnel) {
        const int fd = tunnel.io().release();
        if (fd == -1)
            return failed(usage_error("--fdpass: this tunnel is more than a socket"));
        auto passed = pass_descriptor(fd);
        ::close(fd);
        return passed ? exit_done : failed(passed.error());
    }

    int run_relay(connection& tunnel, const local_end& input, const local_end& output) {
        settings_.relay.interrupt_fd = signals_.fd();
        const auto began = clock::now();
        if (settings_.progress && ::isatty(STDERR_FILENO) == 1)
            settings_.relay.on_progress = [&](const relay_counters& bytes) {
                out_.live(progress_line(bytes, clock::now() - began));
            };
        const relay_result ended = relay(tunnel.io(), input, output, settings_.relay);
        out_.live("");
        record_.bytes = ended.bytes;
        return judge(ended, milliseconds_since(began));
    }

    int judge(const relay_result& ended, double relayed_ms) {
        switch (ended.ended_by) {
        case relay_end::far_side_finished:
            remark_on(ended, relayed_ms);
            return exit_done;
        case relay_end::input_finished:
        case relay_end::linger_over: return exit_done;
        case relay_end::idle: {
            const auto limit = std::chrono::duration<double>{*settings_.relay.idle_limit}.count();
            char text[64];
            std::snprintf(text, sizeof text, "nothing moved for %g s", limit);
            return failed(relay_error(failure::timeout, text));
        }
        case relay_end::output_closed:
            out_.note("nobody reads standard output any more");
            record_.error = "nobody reads standard output any more";
            return exit_stream;
        case relay_end::far_side_failed:
            return failed(relay_error(failure::stream, "the stream to " + record_.target + " was cut off: " + ended.code.message()));
        case relay_end::input_failed:
            return failed({failure::stream, phase::none, "cannot read standard input: " + ended.code.message()});
        case relay_end::output_failed:
            return failed({failure::stream, phase::none, "cannot write standard output: " + ended.code.message()});
        case relay_end::interrupted: return signalled();
        }
        return exit_stream;
    }

    [[nodiscard]] error relay_error(failure kind, std::string cause) const {
        error why{kind, phase::relay, std::move(cause)};
        why.hop = options_.chain.back().label();
        return why;
    }

    // Ends that are no failure but may surprise.
    void remark_on(const relay_result& ended, double relayed_ms) {
        if (ended.lost_by_half_close && settings_.relay.on_eof == end_of_input::half_close)
            out_.hint("the far side ended right after our half-close; if an answer is missing, the proxy closes both "
                      "ways: try --on-eof=auto");
        else if (ended.bytes.received == 0 && relayed_ms < 100)
            out_.note("closed right after success; the destination may be unreachable");
    }

    int failed(const error& why) {
        const int status = status_of(why);
        const std::string text = to_string(why);
        record_.error = text;
        trace_.event("***", text + " (exit " + std::to_string(status) + ")");
        out_.error(text);
        if (const std::string hint = hint_for(why, options_); !hint.empty())
            out_.hint(hint);
        return status;
    }

    int signalled() {
        const int number = signals_.take();
        record_.error = "ended by signal " + std::to_string(number);
        return exit_signal + number;
    }

    void write_report() const {
        const std::string text = report_json(record_, watcher_.times());
        if (files_.report == STDERR_FILENO && !out_.is_at_least(console::level::normal))
            return;
        if (!write_all(files_.report, text))
            out_.warning("--report: cannot write " + quote(settings_.report_file));
    }

    connect_settings settings_;
    connect_options options_;
    console& out_;
    signal_watch& signals_;
    output_files files_;
    trace_writer trace_;
    watcher watcher_;
    run_record record_;
    clock::time_point start_{clock::now()};
    asio::io_context context_{1};
};

int refuse(console& out, const error& why, signal_watch& signals) {
    if (why.code == std::errc::interrupted)
        return exit_signal + signals.take();
    out.error(to_string(why));
    return exit_usage;
}

int run_checked(const arguments& given, console& out) {
    auto settings = connect_settings_from(given);
    if (!settings) {
        out.error(to_string(settings.error()));
        return exit_usage;
    }
    signal_watch signals;
    auto options = connect_options_from(given, out, signals.fd());
    if (!options)
        return refuse(out, options.error(), signals);
    const address destination{settings.value().host, settings.value().ports.front()};
    if (auto checked = check(options.value(), destination); !checked)
        return refuse(out, checked.error(), signals);
    if (auto checked = settings.value().fdpass ? check_fdpass_output() : result<void>{}; !checked) {
        const int status = refuse(out, checked.error(), signals);
        out.hint("ssh makes it one with ProxyUseFdpass=yes beside ProxyCommand");
        return status;
    }
    auto files = open_outputs(settings.value(), signals.fd());
    if (!files)
        return refuse(out, files.error(), signals);
    return connect_run{std::move(settings).value(), std::move(options).value(), out, signals, files.value()}.run();
}

} // namespace

int cmd_connect(const std::vector<std::string>& words) {
    auto given = arguments::parse(connect_specs(), words);
    if (!given)
        return say_usage_error(to_string(given.error()), "sockscat connect --help lists the options");
    if (given.value().has("help"))
        return print(connect_text());
    auto out = console_from(given.value());
    if (!out)
        return say_usage_error(to_string(out.error()), "");
    return run_checked(given.value(), out.value());
}

} // namespace sockscat::cli
