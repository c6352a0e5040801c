// SPDX-License-Identifier: MIT
#include "resolve_run.hpp"

#include "name_lookup.hpp"
#include "output/exit_status.hpp"
#include "output/line_writer.hpp"

#include <sockscat/resolver.hpp>
#include <sockscat/worker_group.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::size_t most_at_once = 4; // each has connections of its own

// An answer, or the lack of one, about this name alone.
bool is_about_name(const resolve_answers& got) {
    const error& why = *got.why;
    switch (why.kind) {
    case failure::negative_answer:
    case failure::stream:
        return true;
    case failure::timeout:
        return why.at == phase::request || why.at == phase::relay;
    case failure::refused:
        return got.via == to_string(resolve_way::tor) && !may_lack_command(why);
    default:
        return false;
    }
}

class resolution {
  public:
    resolution(command_run& run, const resolve_settings& settings, const local_end& output)
        : run_{run}, settings_{settings}, lines_{output}, results_(settings.subjects.size()) {}

    // Takes operands until there are none left, or `most` of them.
    asio::awaitable<void> work(std::size_t most) {
        std::unique_ptr<name_lookup> lookup = take_lookup();
        for (; most > 0 && next_ < results_.size() && !is_over(); --most) {
            const std::size_t index = next_++;
            auto got = co_await lookup->look_up(settings_.subjects[index]);
            results_[index] = std::move(got);
            tell_all_due();
            co_await lines_.write();
        }
        idle_ = std::move(lookup);
    }

    [[nodiscard]] std::size_t left() const { return results_.size() - next_; }

    int finish() {
        if (lines_.failed())
            return run_.failed(*lines_.failed());
        if (lines_.is_closed())
            return exit_stream;
        return status_;
    }

  private:
    [[nodiscard]] bool is_over() const { return given_up_ || lines_.is_broken(); }

    // The one that is there already, with its connections, or a new one.
    std::unique_ptr<name_lookup> take_lookup() {
        if (idle_)
            return std::move(idle_);
        return std::make_unique<name_lookup>(run_.options(), settings_, closed_, run_.out());
    }

    // What stands in the order of the operands now.
    void tell_all_due() {
        while (told_ < results_.size() && results_[told_] && !is_over()) {
            tell(settings_.subjects[told_], *results_[told_]);
            results_[told_++].emplace(); // not needed any more
        }
    }

    void tell(const resolve_subject& subject, const std::vector<resolve_answers>& got) {
        const bool has_answer = std::any_of(
            got.begin(), got.end(), [](const resolve_answers& each) { return !each.why; });
        for (const resolve_answers& each : got)
            print(each);
        if (has_answer)
            tell_gaps(got);
        else
            tell_failure(subject, got);
    }

    void print(const resolve_answers& got) {
        if (settings_.json) {
            lines_.add(json_line(got));
            return;
        }
        for (const std::string& line : text_lines(got, settings_.subjects.size() > 1))
            lines_.add(line);
    }

    // One family is there; that the other one is not is worth a word only if nobody could tell.
    void tell_gaps(const std::vector<resolve_answers>& got) {
        for (const resolve_answers& each : got)
            if (each.why && each.why->kind != failure::negative_answer)
                run_.out().warning("no " + each.type + " record: " + to_string(*each.why));
    }

    void tell_failure(const resolve_subject& subject, const std::vector<resolve_answers>& got) {
        const auto worst = std::find_if(got.begin(), got.end(), [](const resolve_answers& each) {
            return each.why->kind != failure::negative_answer;
        });
        const resolve_answers& told = worst == got.end() ? got.front() : *worst;
        error why = *told.why;
        const bool lacks_both = worst == got.end() && got.size() > 1 &&
                                told.rcode == std::optional<std::string>{"NOERROR"};
        if (lacks_both) {
            const std::string one = "no " + got.front().type + " record";
            const std::size_t at = why.cause.find(one);
            if (at != std::string::npos)
                why.cause.replace(at, one.size(), "neither A nor AAAA records");
        }
        if (settings_.subjects.size() > 1 && is_about_name(told))
            name_subject(subject, why);
        given_up_ = !is_about_name(told);
        const int status = run_.failed(why);
        const bool is_first = status_ == exit_done || status_ == exit_negative;
        if (given_up_ || is_first)
            status_ = status;
    }

    // With several of them the line must say which one it is about.
    static void name_subject(const resolve_subject& subject, error& why) {
        if (why.cause.find(subject.operand) == std::string::npos)
            why.cause = subject.operand + ": " + why.cause;
    }

    command_run& run_;
    const resolve_settings& settings_;
    line_writer lines_;
    closed_ways closed_{};
    std::unique_ptr<name_lookup> idle_;
    std::vector<std::optional<std::vector<resolve_answers>>> results_;
    std::size_t next_{0};
    std::size_t told_{0};
    bool given_up_{false};
    int status_{exit_done};
};

} // namespace

asio::awaitable<int> resolve_all(
    command_run& run, const resolve_settings& settings, const local_end& output) {
    resolution all{run, settings, output};
    co_await all.work(1);
    const std::function<asio::awaitable<void>()> rest = [&all] { return all.work(SIZE_MAX); };
    const auto workers = std::min(most_at_once, all.left());
    co_await run_together(workers, rest);
    co_return all.finish();
}

} // namespace sockscat::cli
