// SPDX-License-Identifier: MIT
#include <sockscat/listener.hpp>

#include "chain.hpp"
#include "check.hpp"
#include "limited.hpp"
#include "run_handshake.hpp"

#include <utility>

namespace sockscat {

using proto::request_command;

struct listener::state {
    explicit state(observer* watch) : where{watch} {}

    net::setup where;
    net::granted asked;
    address bound; // of the first reply
};

namespace {

asio::awaitable<result<success>> listen(
    const connect_options& options, const std::optional<address>& peer, listener::state& state) {
    std::optional<address> wanted = peer;
    if (wanted) {
        auto found = co_await net::candidates(
            options.chain.back(), options.family, *peer, failure::negative_answer, state.where);
        if (!found)
            co_return found.error();
        wanted = found.value().front();
    }
    auto asked = co_await net::ask(
        options, options.chain.size() - 1, request_command::bind, wanted, state.where);
    if (!asked)
        co_return asked.error();
    state.asked = std::move(asked).value();
    state.bound = state.asked.machine->bound();
    co_return success{};
}

asio::awaitable<result<address>> second_reply(listener::state& state) {
    state.asked.machine->await_peer();
    const tls_settings none;
    auto ran = co_await net::run_handshake(
        std::move(state.asked.over), *state.asked.machine, none, "", {}, state.where);
    if (!ran)
        co_return ran.error();
    state.asked.over = std::move(ran).value();
    co_return state.asked.machine->bound();
}

} // namespace

listener::listener(std::unique_ptr<state> owned) : state_{std::move(owned)} {}
listener::listener(listener&&) noexcept = default;
listener& listener::operator=(listener&&) noexcept = default;
listener::~listener() = default;

const address& listener::bound() const {
    return state_->bound;
}

address listener::callable() const {
    const auto reached = proxy();
    if (!reached || !is_unspecified(state_->bound.host))
        return state_->bound;
    return address{reached->host, state_->bound.port};
}

std::optional<address> listener::proxy() const {
    return state_->asked.proxy;
}

asio::awaitable<result<connection>> listener::accept(std::chrono::milliseconds limit) {
    auto peer = co_await net::limited(limit, {}, second_reply(*state_), state_->where);
    if (!peer)
        co_return peer.error();
    co_return connection{std::move(state_->asked.over), std::move(peer).value()};
}

result<void> check_bind(const connect_options& options, const std::optional<address>& peer) {
    const address anybody{ipv4_address{}, 0};
    return net::check_request(options, request_command::bind, peer ? *peer : anybody);
}

asio::awaitable<result<listener>> bind(
    const connect_options& options, const std::optional<address>& peer) {
    if (auto checked = check_bind(options, peer); !checked)
        co_return checked.error();
    auto owned = std::make_unique<listener::state>(options.handshake.watch);
    auto listening = co_await net::limited(
        options.time_limit, options.time_spent, listen(options, peer, *owned), owned->where);
    if (!listening)
        co_return listening.error();
    co_return listener{std::move(owned)};
}

} // namespace sockscat
