// SPDX-License-Identifier: MIT
#include "race.hpp"

#include "net/asio_tokens.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <list>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <tuple>
#include <utility>

namespace sockscat::net {
namespace {

constexpr std::chrono::milliseconds attempt_delay{250}; // RFC 8305 section 5

void set_option(int fd, int level, int name, int value) {
    // A socket without the option still carries the bytes.
    ::setsockopt(fd, level, name, &value, sizeof value);
}

// ssh leaves both to its helper; keep-alive notices within about two minutes that a proxy is gone.
void tune(stream_socket& socket, bool is_brief) {
    const int fd = socket.native_handle();
    if (is_brief)
        return set_option(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 15);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
}

// Shared by the coroutine and the handlers of its attempts, which may come after it is gone.
struct race_state {
    race_state(const asio::any_io_executor& executor, bool brief)
        : changed{executor}, is_brief{brief} {}

    std::list<stream_socket> sockets; // handlers refer to elements
    asio::steady_timer changed;       // cancelled when an attempt has ended
    bool is_brief;
    std::size_t running{0};
    bool news{false};
    bool over{false};
    race_result outcome;
};

void attempt_ended(
    race_state& state,
    std::list<stream_socket>::iterator socket,
    const stream_endpoint& endpoint,
    std::error_code code) {
    --state.running;
    state.news = true;
    if (!code && !state.over) {
        state.over = true;
        state.outcome.socket.emplace(std::move(*socket));
        state.outcome.peer = endpoint;
    } else if (code && !state.outcome.code) {
        state.outcome.code = code;
    }
    state.changed.cancel();
}

void start_attempt(const std::shared_ptr<race_state>& state, const stream_endpoint& endpoint) {
    const auto socket = state->sockets.emplace(state->sockets.end(), state->changed.get_executor());
    std::error_code code;
    socket->open(endpoint.protocol(), code);
    ++state->running;
    if (code) {
        attempt_ended(*state, socket, endpoint, code);
        return;
    }
    tune(*socket, state->is_brief);
    socket->async_connect(endpoint, [state, socket, endpoint](std::error_code ended) {
        attempt_ended(*state, socket, endpoint, ended);
    });
}

// However the coroutine ends, the attempts end with it.
class finish_guard {
  public:
    explicit finish_guard(std::shared_ptr<race_state> state) : state_{std::move(state)} {}
    finish_guard(const finish_guard&) = delete;
    finish_guard& operator=(const finish_guard&) = delete;
    ~finish_guard() {
        state_->over = true;
        std::error_code ignored;
        for (stream_socket& socket : state_->sockets)
            socket.close(ignored);
    }

  private:
    std::shared_ptr<race_state> state_;
};

race_result lost(std::error_code why) {
    race_result outcome;
    outcome.code = why;
    return outcome;
}

// One address without an end of its own has no rival, and needs neither a list nor a timer.
asio::awaitable<race_result> connect_to(
    asio::any_io_executor executor, stream_endpoint endpoint, bool is_brief) {
    race_result outcome;
    stream_socket socket{executor};
    std::error_code code;
    socket.open(endpoint.protocol(), code);
    if (!code) {
        tune(socket, is_brief);
        std::tie(code) = co_await socket.async_connect(endpoint, as_tuple);
    }
    outcome.code = code;
    if (!code) {
        outcome.socket.emplace(std::move(socket));
        outcome.peer = endpoint;
    }
    co_return outcome;
}

} // namespace

std::vector<asio::ip::address> interleave(const std::vector<asio::ip::address>& addresses) {
    std::vector<asio::ip::address> first;
    std::vector<asio::ip::address> other;
    for (const auto& ip : addresses)
        (ip.is_v4() == addresses.front().is_v4() ? first : other).push_back(ip);
    std::vector<asio::ip::address> order;
    for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
        if (i < first.size())
            order.push_back(first[i]);
        if (i < other.size())
            order.push_back(other[i]);
    }
    return order;
}

asio::awaitable<race_result> race(
    const std::vector<asio::ip::address>& addresses, std::uint16_t port, race_limits limits) {
    using clock = std::chrono::steady_clock;
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    if (addresses.size() == 1 && limits.until == clock::time_point::max()) {
        const stream_endpoint only{asio::ip::tcp::endpoint{addresses.front(), port}};
        co_return co_await connect_to(executor, only, limits.is_brief);
    }
    const auto state = std::make_shared<race_state>(executor, limits.is_brief);
    const finish_guard guard{state};
    const auto order = interleave(addresses);
    auto next = order.begin();
    while (!state->over && (next != order.end() || state->running > 0)) {
        if (next != order.end())
            start_attempt(state, stream_endpoint{asio::ip::tcp::endpoint{*next++, port}});
        const clock::duration pause = next != order.end() ? attempt_delay : std::chrono::hours{24};
        state->changed.expires_at(std::min(clock::now() + pause, limits.until));
        while (!std::exchange(state->news, false) && state->changed.expiry() > clock::now()) {
            co_await state->changed.async_wait(as_tuple);
            if ((co_await asio::this_coro::cancellation_state).cancelled() !=
                asio::cancellation_type::none)
                co_return lost(asio::error::operation_aborted);
        }
        if (!state->over && clock::now() >= limits.until)
            co_return lost(asio::error::timed_out);
    }
    co_return std::move(state->outcome);
}

} // namespace sockscat::net
