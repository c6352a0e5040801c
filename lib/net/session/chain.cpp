// SPDX-License-Identifier: MIT
#include "chain.hpp"

#include "another_address.hpp"
#include "hop_request.hpp"
#include "net/dial/dial.hpp"
#include "net/dial/ip_literal.hpp"
#include "net/dial/lookup.hpp"
#include "net/tls/tls.hpp"
#include "run_handshake.hpp"

#include <asio/this_coro.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace sockscat::net {
namespace {

address anywhere(const std::optional<address>& proxy) {
    if (proxy && std::holds_alternative<ipv6_address>(proxy->host))
        return address{ipv6_address{}, 0};
    return address{ipv4_address{}, 0};
}

// The proxy could not reach this address; it may reach another one of the same name.
bool is_worth_another(const error& why, const proxy_spec& hop) {
    if (why.kind != failure::refused || why.hop != hop.label())
        return false;
    if (why.code.category() != socks5_reply_category())
        return true;
    return is_about_address(static_cast<socks5_reply>(why.code.value()));
}

bool is_on_this_machine(const proxy_spec& hop) {
    const auto ip = parse_ip(hop.host);
    return hop.via.is_unix() || hop.host == "localhost" || (ip && is_loopback(*ip));
}

asio::awaitable<result<std::unique_ptr<stream>>> dial_by(
    const dial_function& function, const proxy_spec& hop, setup& where) {
    where.at_hop(hop.label());
    where.enter(phase::connect);
    auto dialled = co_await function(hop);
    if (!dialled)
        co_return where.complete(dialled.error());
    if (dialled.value() == nullptr)
        co_return where.fail(failure::proxy_unreachable, "the dial function returned no stream");
    co_return dialled;
}

asio::awaitable<result<reached_hop>> reach_first(const connect_options& options, setup& where) {
    const proxy_spec& hop = options.chain.front();
    auto dialling =
        options.dial ? dial_by(options.dial, hop, where) : dial(hop, options.family, where);
    auto dialled = co_await std::move(dialling);
    if (!dialled)
        co_return dialled.error();
    reached_hop out;
    out.over = std::move(dialled).value();
    out.proxy = out.over->remote();
    co_return std::move(out);
}

// Through the hops before it.
asio::awaitable<result<reached_hop>> reach_next(
    const connect_options& options, std::size_t index, setup& where) {
    auto place = place_of(options.chain[index]);
    if (!place)
        co_return place.error();
    auto opened = co_await connect_through(options, index - 1, place.value(), where);
    if (!opened) // a limit that ran out is about the hop where it did
        co_return opened.error();
    where.at_hop(options.chain[index].label());
    reached_hop out;
    out.over = std::move(opened.value().made.over);
    if (!std::holds_alternative<host_name>(opened.value().told.host))
        out.proxy = opened.value().told;
    co_return std::move(out);
}

} // namespace

bool is_in_clear(const connect_options& options, std::size_t index, const stream& reached) {
    if (options.chain[index].accepts_clear)
        return false;
    if (options.chain[index].via.tls || !reached.is_private())
        return !reached.is_private();
    // The stream is private as far as the first hop; what lies beyond is, if all is one machine.
    // The first hop's address is known; of the others there is only what they are called.
    const auto first = options.chain.begin();
    const auto peer = reached.remote();
    const bool begins_here = peer ? is_loopback(peer->host) : first->via.is_unix();
    return index != 0 &&
           !(begins_here &&
             std::all_of(
                 first + 1, first + static_cast<std::ptrdiff_t>(index) + 1, is_on_this_machine));
}

asio::awaitable<result<reached_hop>> reach_hop(
    const connect_options& options, std::size_t index, setup& where) {
    const proxy_spec& hop = options.chain[index];
    const auto executor = co_await asio::this_coro::executor;
    std::optional<tls_preparation> meanwhile;
    if (hop.via.tls)
        meanwhile.emplace(executor, hop.trust);
    auto reaching = index == 0 ? reach_first(options, where) : reach_next(options, index, where);
    auto reached = co_await std::move(reaching);
    if (!reached || !hop.via.tls)
        co_return reached;
    reached_hop out = std::move(reached).value();
    auto secured = co_await start_tls(std::move(out.over), meanwhile->settings(), hop.host, where);
    if (!secured)
        co_return secured.error();
    out.over = std::move(secured).value();
    co_return std::move(out);
}

asio::awaitable<result<granted>> ask(
    const connect_options& options,
    std::size_t index,
    proto::request_command command,
    const std::optional<address>& destination,
    setup& where) {
    const proxy_spec& hop = options.chain[index];
    auto reached = co_await reach_hop(options, index, where);
    if (!reached)
        co_return reached.error();
    granted out;
    static_cast<reached_hop&>(out) = std::move(reached).value();
    where.in_clear(is_in_clear(options, index, *out.over));
    const address wanted = destination ? *destination : anywhere(out.proxy);
    const handshake_options hop_options = options_for(options, index);
    auto machine = machine_for(hop, command, wanted, hop_options);
    if (!machine)
        co_return machine.error();
    out.machine = std::move(machine).value();
    auto ran = co_await run_handshake(
        std::move(out.over), *out.machine, hop.trust, hop.host, hop_options.authenticators, where);
    if (!ran)
        co_return ran.error();
    out.over = std::move(ran).value();
    co_return std::move(out);
}

asio::awaitable<result<tunnel>> connect_through(
    const connect_options& options, std::size_t index, const address& destination, setup& where) {
    const proxy_spec& hop = options.chain[index];
    const bool is_last = index + 1 == options.chain.size();
    auto found = co_await candidates(
        hop, options.family, destination, is_last ? failure::negative_answer : failure::proxy_name,
        where);
    if (!found)
        co_return found.error();
    const std::vector<address> destinations = std::move(found).value();
    error last;
    for (const address& candidate : destinations) {
        const std::optional<address> wanted{candidate};
        auto asked = co_await ask(options, index, proto::request_command::connect, wanted, where);
        if (asked) {
            tunnel out;
            out.made = std::move(asked).value();
            out.told = candidate;
            co_return std::move(out);
        }
        last = asked.error();
        if (!is_worth_another(last, hop))
            break;
        if (destinations.size() > 1)
            where.note(to_string(candidate) + ": " + last.cause);
    }
    co_return last;
}

asio::awaitable<result<std::vector<address>>> candidates(
    const proxy_spec& hop,
    address_family family,
    const address& destination,
    failure otherwise,
    setup& where) {
    std::vector<address> found{destination};
    const auto* name = std::get_if<host_name>(&destination.host);
    if (name == nullptr || hop.names == name_resolution::proxy)
        co_return found;
    where.at_hop(to_string(destination.host));
    where.enter(phase::lookup);
    const bool only_ipv4 = hop.protocol == proxy_protocol::socks4;
    const auto answer = co_await lookup(name->text, only_ipv4 ? address_family::ipv4 : family);
    if (answer.addresses.empty())
        co_return where.fail(otherwise, answer.failure);
    found.clear();
    for (const auto& ip : answer.addresses)
        found.emplace_back(to_host(ip), destination.port);
    co_return found;
}

} // namespace sockscat::net
