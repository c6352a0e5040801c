// SPDX-License-Identifier: MIT
#include "checks.hpp"

#include "parts.hpp"

#include <algorithm>

namespace sockscat {
namespace probing {
namespace {

using c = probe_check;
using g = probe_group;

constexpr std::array<check_row, probe_check_count> rows{{
    {c::socks4, g::versions, "socks4", "SOCKS4", read_socks4},
    {c::socks4a, g::versions, "socks4a", "SOCKS4a", read_socks4a},
    {c::socks5, g::versions, "socks5", "SOCKS5", read_socks5},
    {c::auth_none, g::auth, "auth.none", "none", read_none},
    {c::auth_password, g::auth, "auth.password", "password", read_password},
    {c::auth_chap, g::auth, "auth.chap", "CHAP", read_chap},
    {c::auth_gssapi, g::auth, "auth.gssapi", "GSSAPI", read_gssapi},
    {c::command_connect, g::commands, "command.connect", "CONNECT", read_connect},
    {c::command_bind, g::commands, "command.bind", "BIND", read_bind},
    {c::command_udp_associate, g::commands, "command.udp-associate", "UDP ASSOCIATE",
     read_udp_associate},
    {c::command_resolve, g::commands, "command.resolve", "RESOLVE", read_resolve},
    {c::command_resolve_ptr, g::commands, "command.resolve-ptr", "RESOLVE_PTR", read_resolve_ptr},
    {c::address_ipv4, g::addresses, "address.ipv4", "IPv4", read_ipv4},
    {c::address_ipv6, g::addresses, "address.ipv6", "IPv6", read_ipv6},
    {c::address_domain, g::addresses, "address.domain", "host name", read_domain},
    {c::tls, g::tls, "tls", "TLS", read_tls},
    {c::pipelining, g::latency, "pipelining", "pipelining", read_pipelining},
    {c::http_connect, g::commands, "http.connect", "CONNECT", read_http_connect, true},
    {c::auth_basic, g::auth, "auth.basic", "Basic", read_basic, true},
    {c::auth_digest, g::auth, "auth.digest", "Digest", read_digest, true},
    {c::auth_ntlm, g::auth, "auth.ntlm", "NTLM", read_ntlm, true},
    {c::auth_negotiate, g::auth, "auth.negotiate", "Negotiate", read_negotiate, true},
}};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].check != static_cast<probe_check>(i))
            return false;
    return true;
}
static_assert(is_in_order());

// What there is to say when there was no first connection.
check_result unreached(probe_check id, const answers& all) {
    const error why = all.first().failed.value_or(error{});
    const bool stopped_at_tls = why.at == phase::tls && why.hop == all.facts.hop;
    if (!stopped_at_tls)
        return skipped("the proxy was not reached");
    if (id != probe_check::tls)
        return skipped("TLS with the proxy failed");
    const bool is_plain = why.looks_like != peer_kind::unknown && why.looks_like != peer_kind::tls;
    return said(
        why.kind == failure::timeout ? check_status::unclear
        : is_plain                   ? check_status::no
                                     : check_status::error,
        why.cause);
}

} // namespace

const std::array<check_row, probe_check_count>& check_rows() {
    return rows;
}

check_result read_check(probe_check id, const answers& all) {
    const bool was_reached = all.first().how != ending::unreachable;
    check_result out =
        was_reached ? rows[static_cast<std::size_t>(id)].read(all) : unreached(id, all);
    out.id = id;
    return out;
}

} // namespace probing

std::string_view to_string(probe_check value) {
    return probing::rows[static_cast<std::size_t>(value)].id;
}

std::string_view name_of(probe_check value) {
    return probing::rows[static_cast<std::size_t>(value)].name;
}

probe_group group_of(probe_check value) {
    return probing::rows[static_cast<std::size_t>(value)].group;
}

std::optional<probe_check> find_check(std::string_view id) {
    for (const auto& each : probing::rows)
        if (each.id == id)
            return each.check;
    return std::nullopt;
}

} // namespace sockscat
