// SPDX-License-Identifier: MIT
#include "patience.hpp"

#include "conversation.hpp"
#include "interview.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>

namespace sockscat::probing {

using std::chrono::milliseconds;

milliseconds short_limit(milliseconds limit) {
    constexpr milliseconds most{2'000};
    return limit == milliseconds{0} ? most : std::min(limit, most);
}

asio::awaitable<void> interview::ask(answer& into, question what) {
    if (asked_before_ && wishes_.pause != milliseconds{0}) {
        asio::steady_timer pause{co_await asio::this_coro::executor, wishes_.pause};
        co_await pause.async_wait(asio::use_awaitable);
    }
    asked_before_ = true;
    const bool hurries = is_in_a_hurry(what);
    what.limit = hurries ? short_limit(options_.time_limit) : options_.time_limit;
    if (wishes_.on_question)
        wishes_.on_question(what.topic());
    into = co_await converse(options_, what);
    into.is_hurried = hurries;
    has_waited_ = has_waited_ || (into.was_silent() && into.at != phase::tls);
}

// Once it left something unanswered, it gets little time for what it answers soon or never.
bool interview::is_in_a_hurry(const question& what) const {
    if (what.pipelined || what.hurries)
        return true;
    const bool is_first_login = what.log_in && !all_.logged_in();
    return has_waited_ && all_.is_prompt() && !what.goes_beyond() && !is_first_login;
}

// It would be waited for once more what never came.
bool interview::is_vain(const address& target) const {
    if (all_.leaves_connect_open())
        return true;
    return std::any_of(all_.targets.begin(), all_.targets.end(), [&](const target_answer& each) {
        return each.target == target && each.tcp.was_silent();
    });
}

// The first that was replied to, if they have been asked for.
const address* interview::measured_target() const {
    if (all_.targets.empty())
        return wishes_.targets.empty() || all_.is_mute() ? nullptr : &wishes_.targets.front();
    const auto found =
        std::find_if(all_.targets.begin(), all_.targets.end(), [](const target_answer& each) {
            return each.tcp.was_asked() && !each.tcp.was_silent();
        });
    return found == all_.targets.end() ? nullptr : &found->target;
}

} // namespace sockscat::probing
