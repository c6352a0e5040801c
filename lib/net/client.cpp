// SPDX-License-Identifier: MIT
#include <sockscat/client.hpp>

#include "dial.hpp"
#include "lookup.hpp"
#include "proto/handshake.hpp"
#include "run_handshake.hpp"
#include "setup.hpp"
#include "within.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sockscat {
namespace {

using net::setup;

std::vector<proto::socks5::method> methods_of(const proxy_spec& hop, const handshake_options& options) {
    using proto::socks5::method;
    std::vector<method> methods;
    for (const auth_method wanted : options.methods)
        methods.push_back(wanted == auth_method::password ? method::password : method::none);
    if (!methods.empty())
        return methods;
    methods.push_back(method::none);
    if (hop.login)
        methods.push_back(method::password);
    return methods;
}

proto::handshake_request request_for(const proxy_spec& hop, const address& destination, const handshake_options& options) {
    proto::handshake_request request;
    request.protocol = hop.protocol;
    request.destination = destination;
    request.methods = methods_of(hop, options);
    request.pipeline = options.pipeline;
    if (hop.login) {
        request.user = hop.login->user;
        if (hop.login->password)
            request.password = hop.login->password->reveal();
    }
    return request;
}

asio::awaitable<result<address>> run_on(stream& over,
                                        const proxy_spec& hop,
                                        const address& destination,
                                        const handshake_options& options,
                                        setup& where) {
    auto machine = proto::make_handshake(request_for(hop, destination, options));
    if (!machine)
        co_return machine.error();
    auto ran = co_await net::run_handshake(over, *machine.value(), where);
    if (!ran)
        co_return ran.error();
    co_return machine.value()->bound();
}

asio::awaitable<result<connection>> reach(const connect_options& options, const address& destination, setup& where) {
    const proxy_spec& hop = options.chain.front();
    auto stream = co_await net::dial(hop, options.family, where);
    if (!stream)
        co_return stream.error();
    auto bound = co_await run_on(*stream.value(), hop, destination, options.handshake, where);
    if (!bound)
        co_return bound.error();
    co_return connection{std::move(stream).value(), std::move(bound).value()};
}

bool is_onion(const std::string& name) {
    // RFC 7686; i2p has no DNS either. A query for them would only tell the resolver who is wanted.
    return name.ends_with(".onion") || name.ends_with(".i2p");
}

host to_host(const asio::ip::address& ip) {
    if (ip.is_v4()) {
        ipv4_address v4;
        v4.bytes = ip.to_v4().to_bytes();
        return v4;
    }
    return *parse_ip(asio::ip::address_v6{ip.to_v6().to_bytes()}.to_string()); // unmaps, drops the zone
}

// The destinations to try: itself, or the addresses of its name if we are to look it up.
asio::awaitable<result<std::vector<address>>> candidates(const connect_options& options,
                                                         const address& destination,
                                                         setup& where) {
    const proxy_spec& hop = options.chain.front();
    std::vector<address> found{destination};
    const auto* name = std::get_if<host_name>(&destination.host);
    if (name == nullptr || hop.names == name_resolution::proxy)
        co_return found;
    where.enter(phase::lookup);
    where.at_hop(to_string(destination.host));
    if (is_onion(name->text))
        co_return where.fail(failure::negative_answer, "such a name can only be resolved by the proxy");
    const bool only_ipv4 = hop.protocol == proxy_protocol::socks4;
    const auto answer = co_await net::lookup(name->text, only_ipv4 ? address_family::ipv4 : options.family);
    if (answer.addresses.empty())
        co_return where.fail(failure::negative_answer, answer.failure);
    found.clear();
    for (const auto& ip : answer.addresses)
        found.emplace_back(to_host(ip), destination.port);
    co_return found;
}

// The proxy could not reach this address; it may reach another one of the same name.
bool is_worth_another(const error& why) {
    if (why.kind != failure::refused)
        return false;
    const int code = why.code.value();
    if (why.code.category() == socks4_reply_category())
        return true;
    return code == 0x01 || (code >= 0x03 && code <= 0x06) || code == 0x08;
}

asio::awaitable<result<connection>> connect_to_any(const connect_options& options, const address& destination, setup& where) {
    auto destinations = co_await candidates(options, destination, where);
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

std::string seconds_text(std::chrono::milliseconds limit) {
    char text[32];
    std::snprintf(text, sizeof text, "%g s", static_cast<double>(limit.count()) / 1000.0);
    return text;
}

error timed_out(const setup& where, std::chrono::milliseconds limit) {
    const std::string within = " within " + seconds_text(limit);
    return where.fail(failure::timeout, (where.at() == phase::connect ? "no connection" : "no answer") + within,
                      std::make_error_code(std::errc::timed_out));
}

asio::awaitable<result<connection>> connect_within(const connect_options& options, const address& destination, setup& where) {
    auto made = co_await net::within(options.time_limit, connect_to_any(options, destination, where));
    if (!made)
        co_return timed_out(where, options.time_limit);
    co_return std::move(*made);
}

} // namespace

connection::connection(std::unique_ptr<stream> tunnel, address bound)
    : stream_{std::move(tunnel)}, bound_{std::move(bound)} {}

result<void> check(const connect_options& options, const address& destination) {
    if (options.chain.empty())
        return error{failure::usage, phase::none, "no proxy given"};
    if (options.chain.size() > 1)
        return error{failure::usage, phase::none,
                     "a chain of " + std::to_string(options.chain.size()) +
                         " proxies: only one is possible in this version"};
    auto machine = proto::make_handshake(
        request_for(options.chain.front(), destination, options.handshake));
    if (!machine)
        return machine.error();
    return {};
}

asio::awaitable<result<connection>> connect(const connect_options& options, const address& destination) {
    if (auto checked = check(options, destination); !checked)
        co_return checked.error();
    setup where{options.handshake.watch};
    auto made = co_await connect_within(options, destination, where);
    if (options.handshake.watch != nullptr)
        options.handshake.watch->on_end();
    co_return made;
}

asio::awaitable<result<address>> handshake(stream& over,
                                           const proxy_spec& proxy,
                                           const address& destination,
                                           const handshake_options& options) {
    setup where{options.watch};
    where.at_hop(proxy.label());
    auto bound = co_await run_on(over, proxy, destination, options, where);
    if (options.watch != nullptr)
        options.watch->on_end();
    co_return bound;
}

} // namespace sockscat
