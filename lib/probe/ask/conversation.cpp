// SPDX-License-Identifier: MIT
#include "conversation.hpp"

#include "dialogue.hpp"
#include "net/dial/ip_literal.hpp"
#include "net/session/limited.hpp"
#include "net/within.hpp"

#include <optional>

namespace sockscat::probing {
namespace {

using clock = std::chrono::steady_clock;
using net::within;
using std::chrono::milliseconds;

// An address that is known: dialling takes nothing but the connection, and ends by itself.
bool is_plain(const connect_options& options) {
    const proxy_spec& hop = options.chain.front();
    return options.chain.size() == 1 && hop.via.is_plain_tcp() &&
           net::ip_literal(hop.host).has_value();
}

void cut_short(const net::setup& where, answer& out) {
    if (out.failed) { // by the cut
        out.failed.reset();
        out.how = ending::timeout;
        out.at = phase::tls;
        return;
    }
    const bool is_known = !out.foreign.empty() || out.code.value_or(0) != 0;
    if (!is_known && out.how == ending::answered)
        return;
    out.how = is_known ? ending::answered : ending::timeout; // answered but for the rest of it
    out.at = where.at();
}

} // namespace

asio::awaitable<answer> converse(const connect_options& options, const question& asked) {
    answer out;
    net::setup where{options.handshake.watch};
    if (asked.limit != milliseconds::zero())
        where.ends_at(clock::now() + asked.limit);
    dialogue talk{options, asked, co_await asio::this_coro::executor, where, out};
    std::optional<bool> reached;
    if (is_plain(options)) {
        where.asks_briefly();
        reached = co_await talk.reach();
    } else {
        auto reaching = talk.reach();
        reached = co_await within(asked.limit, std::move(reaching));
    }
    const bool is_late = !reached || (!*reached && clock::now() >= where.end());
    if (is_late) {
        out.how = ending::unreachable;
        out.failed = net::timed_out(where, asked.limit);
    } else if (*reached) {
        co_await talk.run();
        if (talk.is_cut_off())
            cut_short(where, out);
    }
    if (options.handshake.watch != nullptr)
        options.handshake.watch->on_end();
    co_return out;
}

} // namespace sockscat::probing
