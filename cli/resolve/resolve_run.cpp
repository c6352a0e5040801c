// SPDX-License-Identifier: MIT
#include "resolve_run.hpp"

#include "output/exit_status.hpp"
#include "output/ordered_output.hpp"
#include "output/report.hpp"
#include "resolve_output.hpp"

#include <sockscat/text.hpp>
#include <sockscat/worker_group.hpp>

#include <asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::size_t most_at_once = 4; // each has connections of its own

// What -v says about one operand.
class notes final : public dns_observer {
  public:
    notes(const resolve_subject& subject, const resolve_settings& settings, console& out)
        : name_{operand_text(subject.operand)}, settings_{settings}, out_{out} {}

    void on_answer(dns_way way) override {
        const std::string server =
            way == dns_way::tor ? "" : ", DNS server " + to_string(*settings_.client.server);
        out_.note(name_ + ": via " + std::string{to_string(way)} + server);
    }
    void on_way_closed(dns_way, const error& why) override {
        out_.note(to_string(why) + "; trying the next way");
    }
    void on_truncated() override {
        out_.note(name_ + ": the answer over UDP was truncated, asking again");
    }

  private:
    std::string name_;
    const resolve_settings& settings_;
    console& out_;
};

bool is_negative(const error& why) {
    return why.kind == failure::negative_answer;
}

// Refusals of Tor, denials, and failures of the server come with the name.
bool names_its_subject(const dns_reply& reply) {
    const error& why = *reply.why;
    const bool is_tors = reply.answers.front().via == dns_way::tor;
    return is_negative(why) || (is_tors && why.kind == failure::refused) ||
           why.code == dns_errc::server_failed;
}

struct looked_up {
    looked_up() = default;

    dns_reply reply;
    double elapsed_ms{0};
};

class resolution {
  public:
    resolution(
        command_run& run,
        const resolve_settings& settings,
        const local_end& output,
        const asio::any_io_executor& executor)
        : run_{run}, settings_{settings}, first_{run.options(), settings.client},
          lines_{
              output, [this](std::size_t index, const looked_up& got) { return told(index, got); },
              executor} {}

    // The first operand alone, to find out which way there is.
    asio::awaitable<void> begin() { return work(first_, 1); }

    // Takes operands until there are none left; for several workers.
    asio::awaitable<void> go_on() {
        if (!std::exchange(first_is_busy_, true)) {
            co_await work(first_, SIZE_MAX);
            co_return;
        }
        dns_client another = first_.sibling();
        co_await work(another, SIZE_MAX);
    }

    [[nodiscard]] std::size_t left() const { return settings_.subjects.size() - next_; }

    int finish() {
        if (lines_.writer().failed())
            return run_.failed(*lines_.writer().failed());
        return lines_.writer().is_closed() ? exit_stream : status_;
    }

  private:
    asio::awaitable<void> work(dns_client& client, std::size_t most) {
        for (; most > 0 && left() > 0 && !is_over(); --most) {
            const std::size_t index = next_++;
            looked_up got = co_await look_up(client, settings_.subjects[index]);
            co_await lines_.put(index, std::move(got));
        }
    }

    asio::awaitable<looked_up> look_up(dns_client& client, const resolve_subject& subject) {
        const auto begin = std::chrono::steady_clock::now();
        notes watch{subject, settings_, run_.out()};
        looked_up got;
        got.reply = co_await client.ask(subject.query, &watch);
        got.elapsed_ms = milliseconds_since(begin);
        co_return got;
    }

    [[nodiscard]] bool is_over() const { return given_up_ || lines_.writer().is_broken(); }

    // What goes to stdout; says on stderr what else there is to say, now that its turn has come.
    std::string told(std::size_t index, const looked_up& got) {
        if (is_over())
            return "";
        const resolve_subject& subject = settings_.subjects[index];
        std::string lines;
        for (const dns_answer& each : got.reply.answers)
            lines += settings_.json
                         ? json_line(subject.operand, each, got.elapsed_ms)
                         : text_lines(subject.operand, each, settings_.subjects.size() > 1);
        if (got.reply.why)
            report_failure(subject, got.reply);
        else
            report_gaps(got.reply);
        if (index + 1 == settings_.subjects.size() && !given_up_)
            forget_passwords();
        return lines;
    }

    // They come in order: with the last one, all have come.
    void forget_passwords() {
        first_.forget_passwords();
        run_.forget_passwords();
    }

    // One family is there; that the other one is not is worth a word only if no one could tell.
    void report_gaps(const dns_reply& reply) {
        for (const dns_answer& each : reply.answers)
            if (each.why && !is_negative(*each.why))
                run_.out().warning(
                    "no " + to_mnemonic(each.type) + " record: " + to_string(*each.why));
    }

    void report_failure(const resolve_subject& subject, const dns_reply& reply) {
        error why = *reply.why;
        given_up_ = reply.fails_for_all;
        // With several of them the line must say which one it is about.
        if (settings_.subjects.size() > 1 && !given_up_ && !names_its_subject(reply))
            why.cause = operand_text(subject.operand) + ": " + why.cause;
        const int status = run_.failed(why);
        const bool is_first = status_ == exit_done || status_ == exit_negative;
        if (given_up_ || is_first)
            status_ = status;
    }

    command_run& run_;
    const resolve_settings& settings_;
    dns_client first_;
    bool first_is_busy_{false};
    ordered_output<looked_up> lines_;
    std::size_t next_{0};
    bool given_up_{false};
    int status_{exit_done};
};

} // namespace

asio::awaitable<int> resolve_all(
    command_run& run, const resolve_settings& settings, const local_end& output) {
    resolution all{run, settings, output, co_await asio::this_coro::executor};
    co_await all.begin();
    const std::function<asio::awaitable<void>()> rest = [&all] { return all.go_on(); };
    co_await run_together(std::min(most_at_once, all.left()), rest);
    co_return all.finish();
}

} // namespace sockscat::cli
