// SPDX-License-Identifier: MIT
#include "command_run.hpp"

#include "confine_process.hpp"
#include "options/proxy_options.hpp"
#include "output/exit_status.hpp"
#include "output/output_file.hpp"
#include "process.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <unistd.h>

namespace sockscat::cli {
namespace {

constexpr std::chrono::seconds until_early_hint{5};

} // namespace

int refuse(console& out, const error& why, signal_watch& signals) {
    if (why.code == std::errc::interrupted)
        return exit_signal + signals.take();
    if (why.kind == failure::timeout) {
        out.error(to_string(why));
        return status_of(why);
    }
    out.usage_error(to_string(why), why.advice);
    if (why.code == std::errc::not_a_socket) // of --fdpass
        out.hint("in ssh_config, set ProxyUseFdpass yes as well as ProxyCommand");
    return exit_usage;
}

result<output_files> open_outputs(const account_settings& account, int interrupt_fd) {
    output_files files;
    auto trace = open_output("--trace-file", account.trace_file, interrupt_fd);
    if (!trace)
        return trace.error();
    files.trace = trace.value();
    auto report = account.report_file == "-"
                      ? result<int>{STDERR_FILENO}
                      : open_output("--report", account.report_file, interrupt_fd);
    if (!report)
        return report.error();
    files.report = report.value();
    return files;
}

command_run::command_run(
    std::string_view command,
    std::string target,
    account_settings account,
    connect_options options,
    console& out,
    signal_watch& signals,
    output_files files)
    : account_{std::move(account)}, options_{std::move(options)}, out_{out}, signals_{signals},
      files_{files}, trace_{out, account_.trace, files.trace}, watcher_{out, trace_} {
    options_.handshake.watch = &watcher_;
    if (::isatty(STDERR_FILENO) == 1)
        watcher_.on_phases([this](std::string_view hop, phase begins) { hint_early(hop, begins); });
    record_.command = command;
    record_.target = std::move(target);
    for (const proxy_spec& each : options_.chain)
        record_.proxies.push_back(each.url());
}

void command_run::confine_for_setup(bool long_lasting, file_need files) {
    if (!long_lasting && !is_involved(options_))
        return;
    remaining_needs needs = needs_of_setup(options_);
    needs.files = std::max(needs.files, files);
    confine_process(needs, account_.sandbox, out_);
}

void command_run::confine_for_data(file_need files) {
    remaining_needs needs;
    needs.files = files;
    confine_process(needs, account_.sandbox, out_);
}

void command_run::forget_passwords() {
    bool had_one = false;
    for (proxy_spec& hop : options_.chain)
        if (hop.login && hop.login->password) {
            hop.login->password = secret{};
            had_one = true;
        }
    if (had_one)
        wipe_stack();
}

void command_run::set_up(const address& bound) {
    forget_passwords();
    record_.setup_ms = milliseconds_since(start_);
    if (bound != address{}) // an HTTP proxy says none
        record_.bound = to_string(bound);
}

int command_run::failed(const error& why) {
    const int status = status_of(why);
    const std::string text = text_of(why);
    record_.error = text;
    trace_.event("***", text + " (exit " + std::to_string(status) + ")");
    out_.error(text);
    const hint_context context{record_.command, account_.has_environment_password, asks_by_name()};
    const std::string hint = hint_for(why, options_, context);
    const bool is_known =
        hinted_at_ && repeats_hint_while_waiting(*hinted_at_, why, options_, context);
    if (!hint.empty() && !is_known)
        out_.hint(hint);
    return status;
}

// Which of the hosts in play it is about.
std::string command_run::text_of(const error& why) const {
    const bool is_about_proxy =
        std::any_of(options_.chain.begin(), options_.chain.end(), [&](const proxy_spec& each) {
            return each.label() == why.hop;
        });
    return (is_about_proxy ? "proxy " : "") + to_string(why);
}

bool command_run::asks_by_name() const {
    const std::string host = record_.target.substr(0, record_.target.rfind(':'));
    return record_.command == "connect" && !host.starts_with('[') && !parse_ip(host) &&
           options_.chain.back().names == name_resolution::proxy;
}

void command_run::hint_early(std::string_view hop, phase begins) {
    early_.cancel();
    waits_at_ = {std::string{hop}, begins};
    early_hint_ = hinted_at_ ? "" : hint_while_waiting(waits_at_, options_);
    if (early_hint_.empty())
        return;
    early_.expires_after(until_early_hint);
    early_.async_wait([this](std::error_code cancelled) {
        if (cancelled || early_hint_.empty()) // an expiry that is on its way cannot be cancelled
            return;
        hinted_at_ = waits_at_;
        out_.hint(early_hint_);
    });
}

int command_run::output_closed() {
    record_.error = "the reader of standard output is gone";
    out_.note(*record_.error);
    return exit_stream;
}

int command_run::signalled() {
    if (reader_.is_gone())
        return output_closed();
    const int number = signals_.take();
    record_.error = "ended by signal " + std::to_string(number);
    return exit_signal + number;
}

int command_run::finish(int status) {
    record_.exit_status = status;
    record_.duration_ms = milliseconds_since(start_);
    if (account_.stats)
        out_.line(stats_line(record_));
    if (files_.report != -1)
        write_report();
    return status;
}

void command_run::write_report() const {
    if (files_.report == STDERR_FILENO && !out_.is_at_least(console::level::normal))
        return;
    if (!write_all(files_.report, report_json(record_, watcher_.times())))
        out_.warning(
            "--report: cannot write " + quote_value(account_.report_file) + ": " +
            std::generic_category().message(errno));
}

} // namespace sockscat::cli
