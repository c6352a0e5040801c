// SPDX-License-Identifier: MIT
#include "asker.hpp"

#include "exchange.hpp"
#include "probe/answers/evidence.hpp"
#include "probe/answers/reserved.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::probing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds least{100}; // that is worth a question

// Times in reasons are read by people.
milliseconds rounded(milliseconds limit) {
    return limit - limit % least;
}

// Hanging up at a request is also one.
bool is_reply(const answer& got) {
    return got.http || (is_answered_in_full(got) && !got.was_silent()) ||
           (got.method && got.hung_up() && got.at == phase::request);
}

bool has_said_something(const answer& got) {
    return got.method || got.code || got.http || got.tls || !got.foreign.empty();
}

// 05 FF may be how it stops serving.
bool is_let_in(const answer& got) {
    return got.method && *got.method != proto::socks5::no_acceptable_method;
}

} // namespace

asio::awaitable<void> asker::ask(question about, exchange_plan plan) {
    said[about] = co_await ask(std::move(plan));
}

asio::awaitable<answer> asker::ask(exchange_plan plan) {
    if (doubt_.stands() && !plan.is_accepted && may_ask())
        co_await make_sure();
    if (!may_ask())
        co_return answer{};
    answer got = co_await ask_once(plan);
    if (!is_turned_away(plan, got))
        co_return got;
    const std::size_t first = asked_;
    got = co_await ask_once(plan); // that connection alone may have been unlucky
    if (!is_turned_away(plan, got))
        co_return got;
    got.number = first;
    stop_at(std::move(got));
    co_return answer{};
}

bool asker::may_ask() const {
    const auto rest_of_time = left();
    return !said.stopped && (!rest_of_time || *rest_of_time >= least);
}

// What it left open counts for nothing, if it is not there any more.
asio::awaitable<void> asker::make_sure() {
    exchange_plan again = doubt_.question();
    answer got = co_await ask_once(std::move(again));
    if (!doubt_.stands())
        co_return;
    stop_at(std::move(got));
}

asio::awaitable<void> asker::rest() const {
    if (asked_ == 0 || options_.pause == milliseconds{0})
        co_return;
    asio::steady_timer pause{co_await asio::this_coro::executor, options_.pause};
    co_await pause.async_wait(asio::use_awaitable);
}

asio::awaitable<answer> asker::ask_once(exchange_plan plan) {
    co_await rest();
    plan.limit = limit_for(plan);
    if (options_.on_question)
        options_.on_question(plan.topic());
    answer got = co_await exchange(connection_, plan);
    got.limit = plan.limit;
    got.number = ++asked_;
    doubt_.hear(plan, got);
    if (got.was_silent())
        waited_ += milliseconds{static_cast<milliseconds::rep>(got.took_ms)};
    has_reply_ = has_reply_ || is_reply(got);
    if (is_let_in(got) || got.code || got.http)
        last_good_ = asked_;
    if (has_said_something(got) && !is_shut_out(plan, got))
        served_ = asked_;
    co_return got;
}

// Of two limits, as long as it has replied to nothing.
std::optional<milliseconds> asker::left() const {
    if (has_reply_ || waited_ == milliseconds{0} || said.facts.limit == milliseconds{0})
        return std::nullopt;
    return std::max(2 * said.facts.limit - waited_, milliseconds{0});
}

// Once it left something unanswered, it gets little time for what it answers soon or never; and
// something is left over for the next questions.
milliseconds asker::limit_for(const exchange_plan& plan) const {
    const bool hurries = is_in_a_hurry(plan);
    const milliseconds own = hurries ? said.facts.short_limit : said.facts.limit;
    const auto rest_of_time = left();
    if (!rest_of_time)
        return own;
    const std::size_t others = plan.followed_by.value_or(hurries ? 1 : 0);
    const milliseconds share = *rest_of_time / (1 + others);
    return own == milliseconds{0} ? own : std::max(rounded(std::min(own, share)), least);
}

bool asker::is_in_a_hurry(const exchange_plan& plan) const {
    if (plan.pipelined || plan.hurries)
        return true;
    const bool is_first_login = plan.log_in && !said.logged_in();
    return waited_ != milliseconds{0} && said.is_prompt() && !plan.goes_beyond() && !is_first_login;
}

bool asker::is_turned_away(const exchange_plan& plan, const answer& got) const {
    const bool is_sure = plan.is_accepted && !plan.pipelined;
    return (is_sure || got.how == ending::unreachable) && is_shut_out(plan, got);
}

// It does not let us in where it did before; other versions may always be refused by 05 FF.
bool asker::is_shut_out(const exchange_plan& plan, const answer& got) const {
    if (got.how == ending::unreachable)
        return last_good_ != 0;
    if (plan.speaks == exchange_plan::protocol::tls)
        return !got.tls;
    if (!plan.is_accepted)
        return got.foreign.size() > 1 && got.foreign[0] == proto::socks5::version &&
               got.foreign[1] == proto::socks5::no_acceptable_method;
    if (plan.log_in && got.auth_status.value_or(0) != 0)
        return true;
    if (got.method)
        return static_cast<proto::socks5::method>(*got.method) != plan.methods.front();
    return got.hung_up() || !got.foreign.empty() || (got.was_silent() && said.is_prompt());
}

void asker::stop_at(answer last) {
    said.forget_after(last_good_);
    said.stopped = stop{served_, std::move(last)};
}

bool asker::only_asks_cheaply() const {
    return !wants(probe_group::commands) && !wants(probe_group::addresses) &&
           !wants(probe_group::latency);
}

address asker::any_sender() const {
    const auto reached = said.proxy();
    const bool over_ipv6 = reached && std::holds_alternative<ipv6_address>(reached->host);
    return over_ipv6 ? address{ipv6_address{}, 0} : nowhere();
}

} // namespace sockscat::probing
