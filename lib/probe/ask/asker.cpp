// SPDX-License-Identifier: MIT
#include "asker.hpp"

#include "exchange.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace sockscat::probing {

using std::chrono::milliseconds;

asio::awaitable<void> asker::ask(question about, exchange_plan plan) {
    said[about] = co_await ask(std::move(plan));
}

asio::awaitable<answer> asker::ask(exchange_plan plan) {
    if (has_asked_ && options_.pause != milliseconds{0}) {
        asio::steady_timer pause{co_await asio::this_coro::executor, options_.pause};
        co_await pause.async_wait(asio::use_awaitable);
    }
    has_asked_ = true;
    const bool hurries = is_in_a_hurry(plan);
    plan.limit = hurries ? said.facts.short_limit : said.facts.limit;
    if (options_.on_question)
        options_.on_question(plan.topic());
    answer got = co_await exchange(connection_, plan);
    got.is_hurried = hurries;
    has_waited_ = has_waited_ || (got.was_silent() && got.at != phase::tls);
    co_return got;
}

// Once it left something unanswered, it gets little time for what it answers soon or never.
bool asker::is_in_a_hurry(const exchange_plan& plan) const {
    if (plan.pipelined || plan.hurries)
        return true;
    const bool is_first_login = plan.log_in && !said.logged_in();
    return has_waited_ && said.is_prompt() && !plan.goes_beyond() && !is_first_login;
}

bool asker::only_asks_cheaply() const {
    return !wants(probe_group::commands) && !wants(probe_group::addresses) &&
           !wants(probe_group::latency);
}

} // namespace sockscat::probing
