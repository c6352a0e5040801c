// SPDX-License-Identifier: MIT
#include "session.hpp"

#include "net/dial/dial.hpp"
#include "net/dial/ip_literal.hpp"
#include "net/dial/lookup.hpp"
#include "net/gssapi/gssapi.hpp"
#include "net/tls/hmac_md5.hpp"
#include "net/tls/tls.hpp"
#include "run_handshake.hpp"

#include <sockscat/libraries.hpp>

#include <asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>

namespace sockscat::net {
namespace {

void add_methods(
    auth_method wanted, const proxy_spec& hop, std::vector<proto::socks5::method>& methods) {
    using proto::socks5::method;
    switch (wanted) {
    case auth_method::none:
        return methods.push_back(method::none);
    case auth_method::password:
        return methods.push_back(method::password);
    case auth_method::chap:
        return methods.push_back(method::chap);
    case auth_method::gssapi:
        return methods.push_back(method::gssapi);
    case auth_method::gost_tls:
        methods.push_back(method::gost_tls);
        if (hop.login)
            methods.push_back(method::gost_tls_password);
    }
}

std::vector<proto::socks5::method> methods_of(
    const proxy_spec& hop, const handshake_options& options) {
    using proto::socks5::method;
    std::vector<method> methods;
    if (hop.protocol == proxy_protocol::socks5)
        for (const auth_method wanted : options.methods)
            add_methods(wanted, hop, methods);
    if (!methods.empty())
        return methods;
    methods.push_back(method::none);
    if (hop.login)
        methods.push_back(method::password);
    return methods;
}

std::string seconds_text(std::chrono::milliseconds limit) {
    char text[32];
    std::snprintf(text, sizeof text, "%g s", static_cast<double>(limit.count()) / 1000.0);
    return text;
}

bool offers(const handshake_options& options, auth_method wanted) {
    const auto& methods = options.methods;
    return std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

void add_gssapi(
    const proxy_spec& hop, const handshake_options& options, proto::handshake_request& request) {
    using proto::protection_level;
    const std::string& host = hop.host.empty() ? std::string{"localhost"} : hop.host;
    const bool in_order = request.command != proto::request_command::udp_associate;
    request.security = make_gssapi_context(options.gssapi_service, host, in_order);
    switch (options.protection) {
    case gssapi_protection::strongest:
        return;
    case gssapi_protection::none:
        request.wanted_protection = protection_level::none;
        break;
    case gssapi_protection::integrity:
        request.wanted_protection = protection_level::integrity;
        break;
    case gssapi_protection::confidentiality:
        request.wanted_protection = protection_level::confidentiality;
        break;
    }
    request.least_protection = *request.wanted_protection;
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
    request.hmac = hmac_md5;
    if (hop.protocol == proxy_protocol::socks5 && offers(options, auth_method::gssapi))
        add_gssapi(hop, options, request);
    if (hop.login) {
        request.user = hop.login->user;
        if (hop.login->password)
            request.password = hop.login->password->reveal();
    }
    return request;
}

namespace {

error about_hop(const proxy_spec& hop, std::string why) {
    error out = usage_error(std::move(why));
    out.hop = hop.label();
    return out;
}

// What hop `index` is asked for is where the next one is, or the destination.
result<address> place_of(const proxy_spec& hop) {
    auto where = parse_host(hop.host);
    if (hop.via.is_unix())
        return about_hop(hop, "a Unix socket can only be the first proxy of a chain");
    if (!where)
        return about_hop(hop, "another proxy cannot reach this host");
    return address{std::move(where).value(), hop.port};
}

// Only the last hop has the caller's wishes.
handshake_options options_for(const connect_options& options, std::size_t index) {
    if (index + 1 == options.chain.size())
        return options.handshake;
    handshake_options plain;
    plain.watch = options.handshake.watch;
    return plain;
}

result<void> check_tls(const proxy_spec& hop, const handshake_options& options) {
    const bool in_band = offers(options, auth_method::gost_tls);
    if (!hop.via.tls && !in_band && hop.trust != tls_settings{})
        return about_hop(
            hop, "there are TLS settings for a connection without TLS: write +tls in the URL");
    return hop.via.tls || in_band ? check(hop.trust) : result<void>{};
}

result<void> check_hop(
    const connect_options& options,
    std::size_t index,
    proto::request_command command,
    const address& destination) {
    const proxy_spec& hop = options.chain[index];
    const handshake_options wishes = options_for(options, index);
    if (hop.via.unix_path.size() > max_unix_path)
        return usage_error("the path of a Unix socket is longer than 107 bytes");
    if (auto checked = check_methods(hop, wishes); !checked)
        return checked;
    const bool is_ours = !proto::is_lookup(command) && hop.names == name_resolution::local &&
                         std::holds_alternative<host_name>(destination.host);
    if (is_ours && hop.protocol == proxy_protocol::socks4 && options.family == address_family::ipv6)
        return usage_error(
            "SOCKS4 reaches IPv4 only, and " + to_string(destination.host) +
            " is to be looked up for IPv6");
    if (auto checked = check_tls(hop, wishes); !checked)
        return checked;
    auto machine = proto::make_handshake(request_for(hop, command, destination, wishes));
    return machine ? result<void>{} : machine.error();
}

address anywhere(const std::optional<address>& proxy) {
    if (proxy && std::holds_alternative<ipv6_address>(proxy->host))
        return address{ipv6_address{}, 0};
    return address{ipv4_address{}, 0};
}

// The proxy could not reach this address; it may reach another one of the same name.
bool is_worth_another(const error& why, const proxy_spec& hop) {
    if (why.kind != failure::refused || why.hop != hop.label())
        return false;
    const int code = why.code.value();
    if (why.code.category() != socks5_reply_category())
        return true;
    return code == 0x01 || (code >= 0x03 && code <= 0x06) || code == 0x08;
}

// Through the hops before it.
asio::awaitable<result<granted>> tunnel_to_hop(
    const connect_options& options, std::size_t index, setup& where) {
    auto place = place_of(options.chain[index]);
    if (!place)
        co_return place.error();
    auto tunnel = co_await connect_through(options, index - 1, place.value(), where);
    if (!tunnel) // a limit that ran out is about the hop where it did
        co_return tunnel.error();
    where.at_hop(options.chain[index].label());
    granted out = std::move(tunnel).value();
    out.proxy = std::exchange(out.reached, std::nullopt);
    if (out.proxy && std::holds_alternative<host_name>(out.proxy->host))
        out.proxy.reset();
    co_return std::move(out);
}

asio::awaitable<result<granted>> dial_hop(const connect_options& options, setup& where) {
    auto dialled = co_await dial(options.chain.front(), options.family, where);
    if (!dialled)
        co_return dialled.error();
    granted out;
    out.over = std::move(dialled).value();
    out.proxy = out.over->remote();
    co_return std::move(out);
}

} // namespace

bool is_in_clear(const connect_options& options, std::size_t index, const stream& reached) {
    if (options.chain[index].via.tls || !reached.is_private())
        return !reached.is_private();
    // The stream is private as far as the first hop; what lies behind is, if all is one machine.
    return std::any_of(
        options.chain.begin(), options.chain.begin() + static_cast<std::ptrdiff_t>(index) + 1,
        [](const proxy_spec& each) {
            const auto ip = parse_ip(each.host);
            const bool is_here = each.host == "localhost" || (ip && is_loopback(*ip));
            return !each.via.is_unix() && !is_here;
        });
}

namespace {

constexpr std::array libraries_of_methods{
    std::pair{auth_method::chap, library::openssl}, // HMAC-MD5
    std::pair{auth_method::gssapi, library::gssapi},
};

} // namespace

result<void> check_methods(const proxy_spec& hop, const handshake_options& options) {
    if (!hop.login && offers(options, auth_method::password))
        return usage_error("the method password needs a user name");
    if (!hop.login && offers(options, auth_method::chap))
        return usage_error("the method chap needs a user name");
    for (const auto& [method, library] : libraries_of_methods)
        if (offers(options, method))
            if (auto there = need(library); !there)
                return there;
    return {};
}

result<void> check_request(
    const connect_options& options, proto::request_command command, const address& destination) {
    const std::size_t hops = options.chain.size();
    if (hops == 0)
        return usage_error("no proxy given");
    if (hops > max_hops)
        return usage_error(
            "a chain of " + std::to_string(hops) + " proxies; at most 64 are possible");
    for (std::size_t i = 0; i + 1 < hops; ++i) {
        auto next = place_of(options.chain[i + 1]);
        if (!next)
            return next.error();
        auto checked = check_hop(options, i, proto::request_command::connect, next.value());
        if (!checked) {
            error why = checked.error();
            why.hop = options.chain[i].label();
            return why;
        }
    }
    return check_hop(options, hops - 1, command, destination);
}

asio::awaitable<result<granted>> reach_hop(
    const connect_options& options, std::size_t index, setup& where) {
    const proxy_spec& hop = options.chain[index];
    const auto executor = co_await asio::this_coro::executor;
    std::optional<tls_preparation> meanwhile;
    if (hop.via.tls)
        meanwhile.emplace(executor, hop.trust);
    granted out;
    if (index == 0) { // no co_await inside ?: for g++ 12
        auto dialled = co_await dial_hop(options, where);
        if (!dialled)
            co_return dialled.error();
        out = std::move(dialled).value();
    } else {
        auto tunnel = co_await tunnel_to_hop(options, index, where);
        if (!tunnel)
            co_return tunnel.error();
        out = std::move(tunnel).value();
    }
    if (!hop.via.tls)
        co_return std::move(out);
    auto secured = co_await start_tls(out.over, hop.trust, hop.host, where);
    if (!secured)
        co_return secured.error();
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
    granted out = std::move(reached).value();
    where.in_clear(is_in_clear(options, index, *out.over));
    const address wanted = destination ? *destination : anywhere(out.proxy);
    const handshake_options wishes = options_for(options, index);
    auto machine = proto::make_handshake(request_for(hop, command, wanted, wishes));
    if (!machine)
        co_return machine.error();
    out.machine = std::move(machine).value();
    auto ran = co_await run_handshake(out.over, *out.machine, hop.trust, hop.host, where);
    if (!ran)
        co_return ran.error();
    co_return std::move(out);
}

asio::awaitable<result<granted>> connect_through(
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
            asked.value().reached = candidate;
            co_return asked;
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

error timed_out(const setup& where, std::chrono::milliseconds limit) {
    const std::string within = " within " + seconds_text(limit);
    const std::string_view what = where.at() == phase::connect  ? "no connection"
                                  : where.at() == phase::accept ? "nobody called"
                                                                : "no answer";
    return where.fail(
        failure::timeout, std::string{what} + within, std::make_error_code(std::errc::timed_out));
}

} // namespace sockscat::net
