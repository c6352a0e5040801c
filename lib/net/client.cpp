// SPDX-License-Identifier: MIT
#include <sockscat/client.hpp>

#include "run_handshake.hpp"
#include "session.hpp"

#include <utility>

namespace sockscat {
namespace {

using net::setup;
using proto::request_command;

// The proxy could not reach this address; it may reach another one of the same name.
bool is_worth_another(const error& why) {
    if (why.kind != failure::refused)
        return false;
    const int code = why.code.value();
    if (why.code.category() == socks4_reply_category())
        return true;
    return code == 0x01 || (code >= 0x03 && code <= 0x06) || code == 0x08;
}

asio::awaitable<result<connection>> reach(
    const connect_options& options, const address& destination, setup& where) {
    const std::optional<address> wanted{destination};
    auto asked = co_await net::ask(options, request_command::connect, wanted, where);
    if (!asked)
        co_return asked.error();
    co_return connection{std::move(asked.value().over), asked.value().machine->bound()};
}

asio::awaitable<result<connection>> connect_to_any(
    const connect_options& options, const address& destination, setup& where) {
    auto destinations = co_await net::candidates(options, destination, where);
    if (!destinations)
        co_return destinations.error();
    error last;
    for (const address& candidate : destinations.value()) {
        auto made = co_await reach(options, candidate, where);
        if (made)
            co_return made;
        last = made.error();
        if (!is_worth_another(last))
            break;
        if (destinations.value().size() > 1)
            where.note(to_string(candidate) + ": " + last.cause);
    }
    co_return last;
}

} // namespace

connection::connection(std::unique_ptr<stream> tunnel, address bound)
    : stream_{std::move(tunnel)}, bound_{std::move(bound)} {}

result<void> check(const connect_options& options, const address& destination) {
    return net::check_request(options, request_command::connect, destination);
}

asio::awaitable<result<connection>> connect(
    const connect_options& options, const address& destination) {
    if (auto checked = check(options, destination); !checked)
        co_return checked.error();
    setup where{options.handshake.watch};
    co_return co_await net::limited(
        options.time_limit, connect_to_any(options, destination, where), where);
}

asio::awaitable<result<address>> handshake(
    stream& over,
    const proxy_spec& proxy,
    const address& destination,
    const handshake_options& options) {
    auto machine = proto::make_handshake(
        net::request_for(proxy, request_command::connect, destination, options));
    if (!machine)
        co_return machine.error();
    setup where{options.watch};
    where.at_hop(proxy.label());
    auto ran = co_await net::run_handshake(over, *machine.value(), where);
    if (options.watch != nullptr)
        options.watch->on_end();
    if (!ran)
        co_return ran.error();
    co_return machine.value()->bound();
}

} // namespace sockscat
