// SPDX-License-Identifier: MIT
#include "command.hpp"
#include "command_run.hpp"
#include "credentials_source.hpp"
#include "exit_status.hpp"
#include "help.hpp"
#include "ordered_output.hpp"
#include "output_file.hpp"
#include "parse.hpp"
#include "probe_report.hpp"
#include "probe_settings.hpp"
#include "process.hpp"
#include "progress_bar.hpp"
#include "proxy_options.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
namespace {

using namespace std::chrono_literals;

// So many at once that a pause between the questions to one of them would only be felt as a whole.
constexpr std::size_t many = 16;
constexpr std::size_t most_waiting = 4'096;

// What is to be examined: URLs behind the hops of -x, or the chain of -x and the environment.
struct proxy_list {
    std::string text; // of --from; the URLs point into it
    std::vector<std::string> operands;
    std::vector<std::string_view> urls;
};

std::string place_of(const proxy_list& list, std::size_t index) {
    return index < list.operands.size() ? "proxy " : "--from: proxy ";
}

result<std::vector<proxy_spec>> chain_to(const arguments& given, std::string_view url) {
    std::vector<proxy_spec> chain;
    std::vector<std::string> hops = given.values("proxy");
    hops.emplace_back(url);
    for (const std::string& each : hops) {
        auto spec = parse_proxy_url(each);
        if (!spec)
            return usage_error(redact_url(each) + ": " + spec.error().cause);
        chain.push_back(std::move(spec).value());
    }
    return chain;
}

void give_default_limit(const arguments& given, connect_options& options) {
    if (!given.has("timeout"))
        options.time_limit = 10s;
}

class probe_run {
  public:
    probe_run(const arguments& given, console& out, probe_settings settings)
        : given_{given}, out_{out}, settings_{std::move(settings)} {}

    int run() {
        if (auto read = read_proxies(); !read)
            return refuse(out_, read.error(), signals_);
        if (auto checked = check_all(); !checked)
            return refuse(out_, checked.error(), signals_);
        auto trace = open_output("--trace-file", settings_.trace_file, signals_.fd());
        if (!trace)
            return refuse(out_, trace.error(), signals_);
        trace_.emplace(out_, settings_.trace, trace.value());
        watcher_.emplace(out_, *trace_);
        const local_end output{STDOUT_FILENO, local_end::use::output};
        harden_process();
        return examine(output);
    }

  private:
    [[nodiscard]] std::size_t count() const { return only_ ? 1 : list_.urls.size(); }

    result<void> read_proxies() {
        list_.operands = given_.operands();
        for (const std::string& each : list_.operands)
            list_.urls.emplace_back(each);
        if (!settings_.list_file.empty()) {
            auto text = read_list(settings_.list_file, signals_.fd());
            if (!text)
                return text.error();
            list_.text = std::move(text).value();
            const auto more = urls_in(list_.text);
            list_.urls.insert(list_.urls.end(), more.begin(), more.end());
            if (list_.urls.empty())
                return usage_error("--from: there is no proxy in the list");
        }
        if (list_.urls.empty())
            return read_only_proxy(connect_options_from(given_, out_, signals_.fd()));
        if (list_.urls.size() > 1)
            return check_for_many();
        auto chain = chain_to(given_, list_.urls.front());
        if (!chain)
            return usage_error(place_of(list_, 0) + chain.error().cause);
        return read_only_proxy(
            connect_options_for(given_, std::move(chain).value(), out_, signals_.fd()));
    }

    result<void> read_only_proxy(result<connect_options> options) {
        if (!options)
            return options.error();
        only_.emplace(std::move(options).value());
        give_default_limit(given_, *only_);
        return {};
    }

    // Whose password would it be?
    result<void> check_for_many() {
        for (const char* const name :
             {"proxy-user", "proxy-password-file", "proxy-password-fd", "proxy-ask-password"})
            if (given_.has(name))
                return usage_error(
                    std::string{"--"} + name + " is for one proxy, and there are " +
                    std::to_string(list_.urls.size()) + ": say it in the URL of each");
        auto unused = password_from_environment();
        return {};
    }

    result<connect_options> options_of(std::size_t index) {
        auto chain = chain_to(given_, list_.urls[index]);
        if (!chain)
            return usage_error(place_of(list_, index) + chain.error().cause);
        auto options = connect_options_for(given_, std::move(chain).value(), out_, signals_.fd());
        if (options)
            give_default_limit(given_, options.value());
        return options;
    }

    // Nothing is sent before all is known to be in order.
    result<void> check_all() {
        if (only_)
            return check(*only_, settings_.wishes);
        for (std::size_t i = 0; i < count(); ++i) {
            auto options = options_of(i);
            if (!options)
                return options.error();
            if (auto checked = check(options.value(), settings_.wishes); !checked)
                return checked;
        }
        return {};
    }

    connect_options next_options(std::size_t index) {
        connect_options options;
        if (only_) {
            options = std::move(*only_);
        } else if (auto made = options_of(index)) {
            options = std::move(made).value();
        } else { // it was good when it was checked: a password file has gone
            out_.warning(to_string(made.error()));
            auto chain = chain_to(given_, list_.urls[index]);
            options.chain = std::move(chain).value();
            give_default_limit(given_, options);
        }
        // Of many proxies nobody wants to know when a phase begins.
        if (watcher_->wants_messages() || out_.is_at_least(console::level::verbose))
            options.handshake.watch = &*watcher_;
        return options;
    }

    int examine(const local_end& output) {
        asio::io_context context{1};
        ordered_output ordered{output, most_waiting, context.get_executor()};
        progress_bar bar{out_, count(), context.get_executor()};
        probe_options wishes = settings_.wishes;
        if (count() > many)
            wishes.pause = 0ms;
        const probe_source source = [&](std::size_t index) { return next_options(index); };
        const probe_sink sink = [&](std::size_t index, probe_report report) {
            bar.finished(report.verdict == probe_verdict::usable);
            bar.hide();
            return ordered.put(index, told(index, report));
        };
        const std::size_t jobs =
            std::min(settings_.jobs, static_cast<std::size_t>(raise_descriptor_limit()));
        auto all = run_all(jobs, source, wishes, sink, bar);
        const auto done = run_until_signal(context, std::move(all), signals_.fd());
        bar.hide();
        if (!done) {
            ordered.write_rest();
            return exit_signal + signals_.take();
        }
        return ended(ordered.failure());
    }

    asio::awaitable<bool> run_all(
        std::size_t jobs,
        const probe_source& source,
        const probe_options& wishes,
        const probe_sink& sink,
        progress_bar& bar) {
        bar.start();
        co_await probe_all(count(), jobs, source, wishes, sink);
        bar.stop();
        co_return true;
    }

    // The text of a report; its status is counted.
    std::string told(std::size_t index, const probe_report& report) {
        int status = report.why ? status_of(*report.why) : exit_done;
        const std::string missing = missing_from(report, settings_.required);
        if (status == exit_done && !missing.empty()) {
            status = exit_negative;
            out_.error(report.url + ": required, but not there: " + missing);
        }
        last_status_ = status;
        all_good_ = all_good_ && status == exit_done;
        if (settings_.json)
            return probe_json(report, status);
        return (index == 0 ? "" : "\n") + readable_report(report, paints_);
    }

    int ended(const std::error_code& failure) {
        if (failure && failure != std::errc::broken_pipe)
            out_.error("cannot write standard output: " + failure.message());
        if (failure)
            return exit_stream;
        if (list_.urls.size() > 1)
            return all_good_ ? exit_done : exit_stream;
        return last_status_;
    }

    const arguments& given_;
    console& out_;
    probe_settings settings_;
    signal_watch signals_;
    proxy_list list_;
    std::optional<connect_options> only_; // if there is exactly one
    std::optional<trace_writer> trace_;
    std::optional<watcher> watcher_;
    bool paints_{wants_color(color_mode_from(given_), STDOUT_FILENO)};
    int last_status_{exit_done};
    bool all_good_{true};
};

int run_probe(const arguments& given, console& out) {
    auto settings = probe_settings_from(given);
    if (!settings) {
        out.error(to_string(settings.error()));
        return exit_usage;
    }
    return probe_run{given, out, std::move(settings).value()}.run();
}

} // namespace

int cmd_probe(const std::vector<std::string>& words) {
    return with_arguments("probe", probe_specs(), words, probe_text, run_probe);
}

} // namespace sockscat::cli
