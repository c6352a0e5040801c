// SPDX-License-Identifier: MIT
#include <sockscat/client.hpp>

#include "chain.hpp"
#include "check.hpp"
#include "hop_request.hpp"
#include "limited.hpp"
#include "net/tls/tls.hpp"
#include "offer.hpp"
#include "run_handshake.hpp"

#include <asio/this_coro.hpp>

#include <optional>
#include <utility>

namespace sockscat {
namespace {

using net::setup;
using proto::request_command;

asio::awaitable<result<connection>> open_tunnel(
    const connect_options& options, const address& destination, setup& where) {
    const auto executor = co_await asio::this_coro::executor;
    std::optional<net::tls_preparation> meanwhile;
    if (options.tls)
        meanwhile.emplace(executor, *options.tls);
    auto opened =
        co_await net::connect_through(options, options.chain.size() - 1, destination, where);
    if (!opened)
        co_return opened.error();
    net::granted& made = opened.value().made;
    if (!options.tls)
        co_return connection{std::move(made.over), made.machine->bound()};
    where.at_hop(to_string(destination));
    auto secured = co_await net::start_tls(
        std::move(made.over), meanwhile->settings(), to_string(destination.host), where);
    if (!secured)
        co_return secured.error();
    co_return connection{std::move(secured).value(), made.machine->bound()};
}

} // namespace

connect_options connect_options::clone() const {
    connect_options copy;
    for (const proxy_spec& each : chain)
        copy.chain.push_back(each.clone());
    copy.family = family;
    copy.time_limit = time_limit;
    copy.time_spent = time_spent;
    copy.tls = tls;
    copy.dial = dial;
    copy.handshake = handshake;
    return copy;
}

connection::connection(std::unique_ptr<stream> tunnel, address bound)
    : stream_{std::move(tunnel)}, bound_{std::move(bound)} {}

result<void> check(const connect_options& options, const address& destination) {
    if (auto checked = net::check_request(options, request_command::connect, destination); !checked)
        return checked;
    return options.tls ? check(*options.tls) : result<void>{};
}

asio::awaitable<result<connection>> connect(
    const connect_options& options, const address& destination) {
    if (auto checked = check(options, destination); !checked)
        co_return checked.error();
    setup where{options.handshake.watch};
    co_return co_await net::limited(
        options.time_limit, options.time_spent, open_tunnel(options, destination, where), where);
}

asio::awaitable<result<connection>> handshake(
    std::unique_ptr<stream> over,
    const proxy_spec& proxy,
    const address& destination,
    const handshake_options& options) {
    if (auto checked = net::check_offer(proxy, options); !checked)
        co_return checked.error();
    auto machine = net::machine_for(proxy, request_command::connect, destination, options);
    if (!machine)
        co_return machine.error();
    setup where{options.watch};
    where.at_hop(proxy.label());
    where.in_clear(!over->is_private() && !proxy.accepts_clear);
    auto ran = co_await net::run_handshake(
        std::move(over), *machine.value(), proxy.trust, proxy.host, options.authenticators, where);
    if (options.watch != nullptr)
        options.watch->on_end();
    if (!ran)
        co_return ran.error();
    co_return connection{std::move(ran).value(), machine.value()->bound()};
}

} // namespace sockscat
