// SPDX-License-Identifier: MIT
/// What every run of a command has: its console, its trace, its report, and how it ends.
#pragma once

#include "event_loop.hpp"
#include "options/relay_settings.hpp"
#include "output/console.hpp"
#include "output/hints.hpp"
#include "output/report.hpp"
#include "output/trace_writer.hpp"
#include "output/watcher.hpp"
#include "signals.hpp"

#include <sockscat/client.hpp>
#include <sockscat/confinement.hpp>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {

/// Says why nothing was even tried. Returns the exit status; that of a signal, if one is the
/// reason.
int refuse(console& out, const error& why, signal_watch& signals);

/// The files of --report and --trace-file; -1 where there is none.
struct output_files {
    int report{-1};
    int trace{-1};
};
result<output_files> open_outputs(const account_settings& account, int interrupt_fd);

class command_run {
  public:
    /// Everything has been checked, nothing has been sent.
    command_run(
        std::string_view command,
        std::string target,
        account_settings account,
        connect_options options,
        console& out,
        signal_watch& signals,
        output_files files);

    [[nodiscard]] const connect_options& options() const { return options_; }
    [[nodiscard]] const account_settings& account() const { return account_; }
    [[nodiscard]] console& out() { return out_; }
    [[nodiscard]] trace_writer& trace() { return trace_; }
    [[nodiscard]] watcher& watch() { return watcher_; }
    [[nodiscard]] run_record& record() { return record_; }
    [[nodiscard]] int interrupt_fd() const { return signals_.fd(); }
    /// The last hop, as messages name it.
    [[nodiscard]] std::string hop() const { return options_.chain.back().label(); }

    /// What the operation returned; nothing if a signal came first, or stdout lost the reader that
    /// it needs.
    template <class T>
    std::optional<T> await(asio::awaitable<T> operation) {
        return run_until_signal(
            context_, std::move(operation), signals_.fd(),
            account_.needs_reader ? &reader_ : nullptr);
    }

    /// Before anything is sent: gives up what connecting does not need, but for `files`. What is
    /// small and quick, a few messages of SOCKS with one proxy, goes without unless it is
    /// `long_lasting`.
    void confine_for_setup(bool long_lasting, file_need files = file_need::read);
    /// Gives up all but moving data, and `files`: nothing will be made or connected any more.
    void confine_for_data(file_need files = file_need::none);

    /// The setup is complete, and the passwords are wiped.
    void set_up(const address& bound);
    /// Wipes the passwords: no handshake follows, nor a hint that looks at them.
    void forget_passwords();
    /// Says what went wrong, with a hint, and keeps it for the report. Returns the exit status.
    int failed(const error& why);
    /// A signal, or the loss of the reader, ended it. Returns the exit status.
    int signalled();
    /// No one reads stdout. Returns the exit status.
    int output_closed();
    /// The closing line and the report. Returns `status`.
    int finish(int status);

  private:
    void write_report() const;
    /// A person who waits is told early what may be wrong.
    void hint_early(std::string_view hop, phase begins);
    [[nodiscard]] bool asks_by_name() const;
    [[nodiscard]] std::string text_of(const error& why) const;

    account_settings account_;
    connect_options options_;
    console& out_;
    signal_watch& signals_;
    output_files files_;
    trace_writer trace_;
    watcher watcher_;
    run_record record_;
    std::chrono::steady_clock::time_point start_{std::chrono::steady_clock::now()};
    asio::io_context context_{1};
    reader_watch reader_{context_, STDOUT_FILENO};
    asio::steady_timer early_{context_};
    waiting_place waits_at_;
    std::string early_hint_;
    std::optional<waiting_place> hinted_at_;
};

} // namespace sockscat::cli
