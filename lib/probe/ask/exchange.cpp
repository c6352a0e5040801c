// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include "byte_exchange.hpp"
#include "http_exchange.hpp"
#include "net/dial/ip_literal.hpp"
#include "net/session/limited.hpp"
#include "net/within.hpp"
#include "socks4_exchange.hpp"
#include "socks5_exchange.hpp"

#include <algorithm>
#include <optional>

namespace sockscat::probing {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// An address that is known: dialling takes nothing but the connection, and ends by itself. A dial
// hook need not.
bool is_plain(const connect_options& options) {
    const proxy_spec& hop = options.chain.front();
    return !options.dial && options.chain.size() == 1 && hop.via.is_plain_tcp() &&
           net::ip_literal(hop.host).has_value();
}

milliseconds longest_silence(const exchange_plan& plan) {
    constexpr milliseconds most{3'000};
    return plan.limit == milliseconds{0} ? most : std::min(plan.limit / 2, most);
}

// False if it was not reached, or too late.
asio::awaitable<bool> reach(
    byte_exchange& bytes,
    const connect_options& options,
    const exchange_plan& plan,
    net::setup& where,
    answer& out) {
    std::optional<bool> reached;
    if (is_plain(options)) {
        where.asks_briefly();
        reached = co_await bytes.reach(plan.log_in);
    } else {
        auto reaching = bytes.reach(plan.log_in);
        reached = co_await net::within(plan.limit, std::move(reaching));
    }
    const bool is_late = !reached || (!*reached && clock::now() >= where.end());
    if (is_late) {
        out.how = ending::unreachable;
        out.failed = net::timed_out(where, plan.limit);
    }
    co_return reached.value_or(false);
}

asio::awaitable<void> ask(
    byte_exchange& bytes, const proxy_spec& hop, const exchange_plan& plan, answer& out) {
    if (plan.speaks == exchange_plan::protocol::socks4) {
        co_await ask_by_socks4(bytes, hop, plan, out);
        co_return;
    }
    if (plan.speaks == exchange_plan::protocol::http) {
        co_await ask_by_http(bytes, hop, plan, out);
        co_return;
    }
    if (plan.speaks == exchange_plan::protocol::tls) {
        const bool secured = co_await bytes.secure();
        if (!secured)
            co_return;
    }
    socks5_exchange inside{bytes, hop, plan, out};
    co_await inside.run();
}

void cut_short(const net::setup& where, answer& out) {
    if (out.failed) { // by the cut
        out.failed.reset();
        out.how = ending::timeout;
        out.at = phase::tls;
        return;
    }
    const bool is_begun = out.foreign.size() == 1 && out.foreign[0] == proto::socks5::version;
    const bool is_known =
        (!out.foreign.empty() && !is_begun) || out.code.value_or(0) != 0 || out.http;
    if (!is_known && out.how == ending::answered)
        return;
    out.how = is_known ? ending::answered : ending::timeout; // answered but for the rest of it
    out.at = where.at();
}

} // namespace

asio::awaitable<answer> exchange(const connect_options& options, const exchange_plan& plan) {
    answer out;
    const auto start = clock::now();
    net::setup where{options.handshake.watch};
    if (plan.limit != milliseconds::zero())
        where.ends_at(clock::now() + plan.limit);
    byte_exchange bytes{options, co_await asio::this_coro::executor, where, out};
    const bool reached = co_await reach(bytes, options, plan, where, out);
    if (reached) {
        bytes.begin(plan.nudges ? longest_silence(plan) : milliseconds{0});
        co_await ask(bytes, options.chain.back(), plan, out);
        bytes.close();
        if (bytes.is_cut_off())
            cut_short(where, out);
    }
    out.took_ms = std::chrono::duration<double, std::milli>{clock::now() - start}.count();
    if (options.handshake.watch != nullptr)
        options.handshake.watch->on_end();
    co_return out;
}

} // namespace sockscat::probing
