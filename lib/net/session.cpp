// SPDX-License-Identifier: MIT
#include "session.hpp"

#include "dial.hpp"
#include "lookup.hpp"
#include "run_handshake.hpp"

#include <algorithm>
#include <cstdio>

namespace sockscat::net {
namespace {

std::vector<proto::socks5::method> methods_of(
    const proxy_spec& hop, const handshake_options& options) {
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

bool is_onion(const std::string& name) {
    // RFC 7686; i2p has no DNS either. A query for them would only tell the resolver who is wanted.
    std::string lower{name};
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower.ends_with(".onion") || lower.ends_with(".i2p") || lower == "onion" ||
           lower == "i2p";
}

std::string seconds_text(std::chrono::milliseconds limit) {
    char text[32];
    std::snprintf(text, sizeof text, "%g s", static_cast<double>(limit.count()) / 1000.0);
    return text;
}

} // namespace

proto::handshake_request request_for(
    const proxy_spec& hop,
    proto::request_command command,
    const address& destination,
    const handshake_options& options) {
    proto::handshake_request request;
    request.protocol = hop.protocol;
    request.command = command;
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

result<void> check_request(
    const connect_options& options, proto::request_command command, const address& destination) {
    if (options.chain.empty())
        return error{failure::usage, phase::none, "no proxy given"};
    if (options.chain.size() > 1)
        return error{
            failure::usage, phase::none,
            "a chain of " + std::to_string(options.chain.size()) +
                " proxies: only one is possible in this version"};
    const proxy_spec& hop = options.chain.front();
    if (hop.unix_path.size() > max_unix_path)
        return error{
            failure::usage, phase::none, "the path of a Unix socket is longer than 107 bytes"};
    const auto& methods = options.handshake.methods;
    if (!hop.login &&
        std::find(methods.begin(), methods.end(), auth_method::password) != methods.end())
        return error{failure::usage, phase::none, "the method password needs a user name"};
    const bool is_ours =
        hop.names == name_resolution::local && std::holds_alternative<host_name>(destination.host);
    if (is_ours && hop.protocol == proxy_protocol::socks4 && options.family == address_family::ipv6)
        return error{
            failure::usage, phase::none,
            "SOCKS4 reaches IPv4 only, and " + to_string(destination.host) +
                " is to be looked up for IPv6"};
    auto machine = proto::make_handshake(request_for(hop, command, destination, options.handshake));
    if (!machine)
        return machine.error();
    return {};
}

address anywhere(const stream& over) {
    const auto remote = over.remote();
    if (remote && std::holds_alternative<ipv6_address>(remote->host))
        return address{ipv6_address{}, 0};
    return address{ipv4_address{}, 0};
}

asio::awaitable<result<granted>> ask(
    const connect_options& options,
    proto::request_command command,
    const std::optional<address>& destination,
    setup& where) {
    const proxy_spec& hop = options.chain.front();
    auto dialled = co_await dial(hop, options.family, where);
    if (!dialled)
        co_return dialled.error();
    granted out;
    out.over = std::move(dialled).value();
    const address wanted = destination ? *destination : anywhere(*out.over);
    auto machine = proto::make_handshake(request_for(hop, command, wanted, options.handshake));
    if (!machine)
        co_return machine.error();
    out.machine = std::move(machine).value();
    auto ran = co_await run_handshake(*out.over, *out.machine, where);
    if (!ran)
        co_return ran.error();
    co_return std::move(out);
}

asio::awaitable<result<std::vector<address>>> candidates(
    const connect_options& options, const address& destination, setup& where) {
    const proxy_spec& hop = options.chain.front();
    std::vector<address> found{destination};
    const auto* name = std::get_if<host_name>(&destination.host);
    if (name == nullptr || hop.names == name_resolution::proxy)
        co_return found;
    where.at_hop(to_string(destination.host));
    where.enter(phase::lookup);
    if (is_onion(name->text))
        co_return where.fail(
            failure::negative_answer, "such a name can only be resolved by the proxy");
    const bool only_ipv4 = hop.protocol == proxy_protocol::socks4;
    const auto answer =
        co_await lookup(name->text, only_ipv4 ? address_family::ipv4 : options.family);
    if (answer.addresses.empty())
        co_return where.fail(failure::negative_answer, answer.failure);
    found.clear();
    for (const auto& ip : answer.addresses)
        found.emplace_back(to_host(ip), destination.port);
    co_return found;
}

error timed_out(const setup& where, std::chrono::milliseconds limit) {
    const std::string within = " within " + seconds_text(limit);
    const std::string_view what = where.at() == phase::connect  ? "no connection"
                                  : where.at() == phase::accept ? "nobody called"
                                                                : "no answer";
    return where.fail(
        failure::timeout, std::string{what} + within, std::make_error_code(std::errc::timed_out));
}

} // namespace sockscat::net
