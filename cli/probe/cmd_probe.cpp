// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "options/credentials_source.hpp"
#include "options/proxy_options.hpp"
#include "output/exit_status.hpp"
#include "output/ordered_output.hpp"
#include "output/output_file.hpp"
#include "output/progress_bar.hpp"
#include "probe_report.hpp"
#include "probe_settings.hpp"
#include "runtime/command_run.hpp"
#include "runtime/process.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <unistd.h>
#include <unordered_map>
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
    std::vector<listed_url> urls;
};

std::string place_of(const listed_url& each) {
    return each.line == 0 ? "proxy " : "--from: line " + std::to_string(each.line) + ": proxy ";
}

bool lacks_password(const connect_options& options) {
    return std::any_of(options.chain.begin(), options.chain.end(), [](const proxy_spec& hop) {
        return hop.login && !hop.login->password && hop.protocol != proxy_protocol::socks4;
    });
}

// None is in the URLs that were given, none comes by an option.
bool lack_passwords(const arguments& given) {
    std::vector<std::string> urls = given.values("proxy");
    for (const std::string& each : given.operands())
        urls.push_back(each);
    for (const char* const name :
         {"proxy-password-file", "proxy-password-fd", "proxy-ask-password"})
        if (given.has(name))
            return false;
    return !urls.empty() && std::none_of(urls.begin(), urls.end(), [](const std::string& url) {
        return find_password(url).has_value();
    });
}

bool has_password_file(const connect_options& options) {
    return std::any_of(options.chain.begin(), options.chain.end(), [](const proxy_spec& hop) {
        return !hop.password_file.empty();
    });
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
        is_password_kept_ = has_variable_ && only_ && lack_passwords(given_);
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
            list_.urls.push_back({each});
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
        auto chain = chain_to(given_, list_.urls.front().url);
        if (!chain)
            return usage_error(place_of(list_.urls.front()) + chain.error().cause);
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
        const auto unused = password_from_environment();
        has_unused_password_ = unused && unused.value();
        return {};
    }

    result<connect_options> options_of(std::size_t index, console& out) {
        auto chain = chain_to(given_, list_.urls[index].url);
        if (!chain)
            return usage_error(place_of(list_.urls[index]) + chain.error().cause);
        auto options = connect_options_for(given_, std::move(chain).value(), out, signals_.fd());
        if (options)
            give_default_limit(given_, options.value());
        return options;
    }

    // Nothing is sent before all is known to be in order.
    result<void> check_all() {
        if (only_)
            return check(*only_, settings_.wishes);
        for (std::size_t i = 0; i < count(); ++i) {
            auto made = options_of(i, out_);
            if (!made)
                return made.error();
            connect_options options = std::move(made).value();
            if (auto checked = check(options, settings_.wishes); !checked)
                return checked;
            if (has_unused_password_ && lacks_password(options))
                tell_unused_password();
            if (has_password_file(options))
                kept_.emplace(i, std::move(options));
        }
        return {};
    }

    void tell_unused_password() {
        has_unused_password_ = false;
        out_.warning(
            "$SOCKSCAT_PASSWORD is for one proxy, and there are " + std::to_string(count()) +
            ": it is not used");
    }

    // Warnings have been said when it was checked.
    connect_options checked_options(std::size_t index) {
        if (only_)
            return std::move(*only_);
        if (auto kept = kept_.extract(index))
            return std::move(kept.mapped());
        console quiet{console::level::quiet};
        return options_of(index, quiet).value();
    }

    connect_options next_options(std::size_t index) {
        connect_options options = checked_options(index);
        if (!settings_.json)
            commands_.emplace(index, command_to_try(given_, options.chain, is_password_kept_));
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
        if (only_)
            wishes.on_question = [&bar, proxy = only_->chain.back().label()](
                                     std::string_view topic) { bar.asks(proxy, topic); };
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
        const std::string command = commands_.extract(index).mapped();
        return (index == 0 ? "" : "\n") + readable_report(report, command, paints_);
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
    // A password file may be a pipe: it is read once.
    std::unordered_map<std::size_t, connect_options> kept_;
    bool has_unused_password_{false};
    // $SOCKSCAT_PASSWORD, which is taken away when it is read; it is that of the only proxy.
    bool has_variable_{
        std::getenv("SOCKSCAT_PASSWORD") != nullptr}; // NOLINT(concurrency-mt-unsafe)
    bool is_password_kept_{false};
    std::unordered_map<std::size_t, std::string> commands_; // to try, of those being examined
    std::optional<trace_writer> trace_;
    std::optional<watcher> watcher_;
    bool paints_{wants_color(color_mode_from(given_), STDOUT_FILENO)};
    int last_status_{exit_done};
    bool all_good_{true};
};

} // namespace

int run_probe(const arguments& given, console& out) {
    auto settings = probe_settings_from(given);
    if (!settings) {
        out.usage_error(to_string(settings.error()));
        return exit_usage;
    }
    return probe_run{given, out, std::move(settings).value()}.run();
}

} // namespace sockscat::cli
