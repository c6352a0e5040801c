// SPDX-License-Identifier: MIT
#include "udp_hops.hpp"

#include "net/dial/ip_literal.hpp"
#include "net/dial/lookup.hpp"
#include "net/sockaddr.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sockscat::net {
namespace {

error unusable(const setup& where, const address& bound, std::string_view why) {
    return where.fail(
        failure::protocol,
        "the relay address " + to_string(bound) + " cannot be used: " + std::string{why},
        std::make_error_code(std::errc::address_not_available));
}

// The first that is of the control connection's family; where none is, the first.
host preferred(const std::vector<asio::ip::address>& found, const std::optional<address>& proxy) {
    for (const asio::ip::address& each : found)
        if (host candidate = to_host(each); proxy && candidate.index() == proxy->host.index())
            return candidate;
    return to_host(found.front());
}

asio::awaitable<result<address>> look_up(
    const address& wanted,
    const setup& where,
    address_family family,
    const std::optional<address>& proxy) {
    const auto* name = std::get_if<host_name>(&wanted.host);
    if (name == nullptr)
        co_return wanted;
    const auto answer = co_await lookup(name->text, family);
    if (answer.addresses.empty())
        co_return where.fail(
            failure::negative_answer, "relay " + to_string(wanted) + ": " + answer.failure);
    address found{preferred(answer.addresses, proxy), wanted.port};
    co_return found;
}

bool is_link_local(const host& ip) { // fe80::/10
    const auto* v6 = std::get_if<ipv6_address>(&ip);
    return v6 != nullptr && v6->bytes[0] == 0xFE && (v6->bytes[1] & 0xC0) == 0x80;
}

// Any loopback address is this machine, and so is a proxy that we reach by one.
bool is_same_host(const host& one, const host& other) {
    return one == other || (is_loopback(one) && is_loopback(other));
}

// relay_choice::automatic (lib/proto/README.md, UDP): a reply that names a third host would turn us
// into its reflector.
result<address> judge_reply(
    const setup& where, const address& bound, const std::optional<address>& proxy) {
    const bool says_nothing =
        is_unspecified(bound.host) || std::holds_alternative<host_name>(bound.host);
    if (!proxy && says_nothing)
        return unusable(where, bound, "the proxy is on a Unix socket and has no address");
    if (says_nothing)
        return address{proxy->host, bound.port};
    if (proxy && is_same_host(proxy->host, bound.host))
        return bound;
    return unusable(
        where, bound,
        proxy ? "it is not the proxy's address"
              : "the proxy is on a Unix socket and has no address");
}

// Whether a UDP socket of this machine is there.
bool is_taken(const address& place) {
    const int family = family_of(place.host);
    const int fd = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const socket_address name = to_sockaddr(place, family);
    const auto* const where = reinterpret_cast<const sockaddr*>(&name.storage);
    const bool taken = fd != -1 && ::bind(fd, where, name.size) != 0 && errno == EADDRINUSE;
    if (fd != -1)
        ::close(fd);
    return taken;
}

// Of this machine's addresses the one where the relay is: v2ray on ::1 says 127.0.0.1.
address where_it_listens(const address& told, const address& proxy) {
    const address other{proxy.host, told.port};
    return told != other && !is_taken(told) && is_taken(other) ? other : told;
}

// Of the hop that we send to ourselves.
asio::awaitable<result<address>> first_relay(
    const connect_options& options,
    const associate_options& wanted,
    const granted& asked,
    const setup& where) {
    const address& bound = asked.machine->bound();
    const std::optional<address> proxy = asked.proxy;
    if (wanted.relay == relay_choice::fixed)
        co_return co_await look_up(*wanted.fixed_relay, where, options.family, proxy);
    if (bound.port == 0)
        co_return where.fail(
            failure::protocol, "the relay address " + to_string(bound) + " has port 0");
    if (wanted.relay == relay_choice::automatic) {
        auto judged = judge_reply(where, bound, proxy);
        if (judged && proxy)
            co_return where_it_listens(judged.value(), *proxy);
        co_return judged;
    }
    if (wanted.relay == relay_choice::reply && !is_unspecified(bound.host))
        co_return co_await look_up(bound, where, options.family, proxy);
    if (!proxy)
        co_return unusable(where, bound, "the proxy is on a Unix socket and has no address");
    co_return address{proxy->host, bound.port};
}

// A proxy has no zone to tell: its relay is where its own connection is.
result<std::uint32_t> zone_for(
    const udp_hop& hop, const associate_options& wanted, const setup& where) {
    if (!is_link_local(hop.relay.host))
        return 0;
    const bool is_given = wanted.relay == relay_choice::fixed && wanted.fixed_relay_zone != 0;
    const std::uint32_t zone =
        is_given ? wanted.fixed_relay_zone : zone_of_peer(hop.control.over->descriptor());
    if (zone == 0)
        return where.fail(
            wanted.relay == relay_choice::fixed ? failure::usage : failure::protocol,
            "the relay address " + to_string(hop.relay) +
                " is link-local and needs a zone, [ADDRESS%INTERFACE]:PORT");
    return zone;
}

// Of a hop behind another one. What its name means only the hop before it knows, so that a name
// is used as it is, at the reply's port.
result<address> further_relay(
    const proxy_spec& hop,
    const associate_options& wanted,
    const granted& asked,
    const setup& where) {
    const address& bound = asked.machine->bound();
    if (bound.port == 0)
        return where.fail(
            failure::protocol, "the relay address " + to_string(bound) + " has port 0");
    if (wanted.relay == relay_choice::reply && !is_unspecified(bound.host))
        return bound;
    if (!asked.proxy)
        return address{host_name{hop.host}, bound.port};
    return wanted.relay == relay_choice::automatic ? judge_reply(where, bound, asked.proxy)
                                                   : address{asked.proxy->host, bound.port};
}

} // namespace

asio::awaitable<result<std::vector<udp_hop>>> open_udp_hops(
    const connect_options& options, const associate_options& wanted, setup& where) {
    std::vector<udp_hop> hops;
    for (std::size_t i = 0; i < options.chain.size(); ++i) {
        auto asked =
            co_await ask(options, i, proto::request_command::udp_associate, std::nullopt, where);
        if (!asked)
            co_return asked.error();
        udp_hop hop;
        hop.control = std::move(asked).value();
        result<address> relay{address{}};
        if (i == 0)
            relay = co_await first_relay(options, wanted, hop.control, where);
        else
            relay = further_relay(options.chain[i], wanted, hop.control, where);
        if (!relay)
            co_return relay.error();
        hop.relay = std::move(relay).value();
        auto zone = i == 0 ? zone_for(hop, wanted, where) : result<std::uint32_t>{0U};
        if (!zone)
            co_return zone.error();
        hop.zone = zone.value();
        hops.push_back(std::move(hop));
    }
    co_return std::move(hops);
}

} // namespace sockscat::net
