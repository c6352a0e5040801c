// SPDX-License-Identifier: MIT
#include "check.hpp"

#include "hop_request.hpp"
#include "offer.hpp"

#include <sockscat/tls.hpp>

#include <string>
#include <variant>

namespace sockscat::net {
namespace {

result<void> check_transport(const proxy_spec& hop) {
    if (hop.via.unix_path.size() > max_unix_path)
        return usage_error("the path of a Unix socket is longer than 107 bytes");
    return {};
}

// A name that we look up must have addresses that the protocol can carry.
result<void> check_lookup(
    const proxy_spec& hop,
    address_family family,
    proto::request_command command,
    const address& destination) {
    const bool is_ours = !proto::is_lookup(command) && hop.names == name_resolution::local &&
                         std::holds_alternative<host_name>(destination.host);
    if (is_ours && hop.protocol == proxy_protocol::socks4 && family == address_family::ipv6)
        return usage_error(
            "SOCKS4 reaches IPv4 only, and " + to_string(destination.host) +
            " is to be looked up for IPv6");
    return {};
}

result<void> check_tls(const proxy_spec& hop, const handshake_options& options) {
    const bool has_tls = hop.via.tls || names(options, auth_method::gost_tls);
    if (!has_tls && hop.trust != tls_settings{})
        return usage_error_at(
            hop, "there are TLS settings for a connection without TLS: write +tls in the URL");
    return has_tls ? check(hop.trust) : result<void>{};
}

result<void> check_hop(
    const connect_options& options,
    std::size_t index,
    proto::request_command command,
    const address& destination) {
    const proxy_spec& hop = options.chain[index];
    const handshake_options wishes = options_for(options, index);
    if (auto checked = check_transport(hop); !checked)
        return checked;
    if (auto checked = check_offer(hop, wishes); !checked)
        return checked;
    if (auto checked = check_lookup(hop, options.family, command, destination); !checked)
        return checked;
    if (auto checked = check_tls(hop, wishes); !checked)
        return checked;
    return proto::check_handshake(request_for(hop, command, destination, wishes));
}

result<void> check_length(std::size_t hops) {
    if (hops == 0)
        return usage_error("no proxy given");
    if (hops > max_hops)
        return usage_error(
            "a chain of " + std::to_string(hops) + " proxies; at most 64 are possible");
    return {};
}

// A hop before the last is asked for the next one.
result<void> check_link(const connect_options& options, std::size_t index) {
    auto next = place_of(options.chain[index + 1]);
    if (!next)
        return next.error();
    auto checked = check_hop(options, index, proto::request_command::connect, next.value());
    if (checked)
        return checked;
    error why = checked.error();
    why.hop = options.chain[index].label();
    return why;
}

} // namespace

result<void> check_request(
    const connect_options& options, proto::request_command command, const address& destination) {
    const std::size_t hops = options.chain.size();
    if (auto checked = check_length(hops); !checked)
        return checked;
    for (std::size_t i = 0; i + 1 < hops; ++i)
        if (auto checked = check_link(options, i); !checked)
            return checked;
    return check_hop(options, hops - 1, command, destination);
}

} // namespace sockscat::net
