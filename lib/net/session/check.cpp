// SPDX-License-Identifier: MIT
#include "check.hpp"

#include "hop_request.hpp"
#include "offer.hpp"

#include <sockscat/text.hpp>
#include <sockscat/tls.hpp>

#include <array>
#include <net/if.h>
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
            "SOCKS4 is IPv4 only, but IPv6 was requested for " + to_string(destination.host));
    return {};
}

bool has_tls(const proxy_spec& hop, const handshake_options& options) {
    return hop.via.tls || names(options, auth_method::gost_tls);
}

result<void> check_tls(const proxy_spec& hop, const handshake_options& options) {
    if (has_tls(hop, options))
        return check(hop.trust);
    if (hop.trust != tls_settings{})
        return usage_error_at(
            hop, "there are TLS settings for a connection without TLS: write +tls in the URL");
    return {};
}

result<void> check_hop(
    const connect_options& options,
    std::size_t index,
    proto::request_command command,
    const address& destination) {
    const proxy_spec& hop = options.chain[index];
    const handshake_options hop_options = options_for(options, index);
    if (auto checked = check_transport(hop); !checked)
        return checked;
    if (auto checked = check_offer(hop, hop_options); !checked)
        return checked;
    if (auto checked = check_lookup(hop, options.family, command, destination); !checked)
        return checked;
    if (auto checked = check_tls(hop, hop_options); !checked)
        return checked;
    return proto::check_handshake(request_for(hop, command, destination, hop_options));
}

result<void> check_length(std::size_t hops) {
    if (hops == 0)
        return usage_error("no proxy given");
    if (hops > max_hops)
        return usage_error(
            "a chain of " + std::to_string(hops) + " proxies; at most 64 are possible");
    return {};
}

bool is_interface(const std::string& zone) {
    const bool is_number =
        !zone.empty() && zone.find_first_not_of("0123456789") == std::string::npos;
    std::array<char, IF_NAMESIZE> name{};
    return ::if_nametoindex(zone.c_str()) != 0 ||
           (is_number && zone.size() < 10 &&
            ::if_indextoname(static_cast<unsigned>(std::stoul(zone)), name.data()) != nullptr);
}

// The system would connect to a link-local address through any interface, or none.
result<void> check_zone(const proxy_spec& hop) {
    const std::size_t mark = hop.host.find('%');
    const auto ip = parse_ip(hop.host.substr(0, mark));
    const auto* const v6 = ip ? std::get_if<ipv6_address>(&*ip) : nullptr;
    const bool is_link_local =
        v6 != nullptr && v6->bytes[0] == 0xFE && (v6->bytes[1] & 0xC0) == 0x80;
    if (mark == std::string::npos)
        return is_link_local
                   ? usage_error_at(
                         hop, "a link-local address needs its interface: [ADDRESS%INTERFACE]")
                   : result<void>{};
    const std::string zone = hop.host.substr(mark + 1);
    return is_interface(zone) ? result<void>{}
                              : usage_error_at(hop, "this machine has no interface " + quote(zone));
}

// A hop before the last has to be named.
error about_link(const connect_options& options, std::size_t index, error why) {
    why.hop = options.chain[index].label();
    return why;
}

// A hop before the last is asked for the next one.
result<void> check_link(const connect_options& options, std::size_t index) {
    auto next = place_of(options.chain[index + 1]);
    if (!next)
        return next.error();
    auto checked = check_hop(options, index, proto::request_command::connect, next.value());
    return checked ? checked : about_link(options, index, checked.error());
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
    if (auto checked = check_zone(options.chain.front()); !checked && !options.dial)
        return checked;
    return check_hop(options, hops - 1, command, destination);
}

} // namespace sockscat::net

namespace sockscat {

result<void> read_tls_files(connect_options& options) {
    for (std::size_t i = 0; i < options.chain.size(); ++i) {
        proxy_spec& hop = options.chain[i];
        if (!net::has_tls(hop, net::options_for(options, i)))
            continue;
        auto read = read_tls_files(hop.trust);
        if (read)
            continue;
        return i + 1 == options.chain.size() ? read.error()
                                             : net::about_link(options, i, read.error());
    }
    return options.tls ? read_tls_files(*options.tls) : result<void>{};
}

} // namespace sockscat
