// SPDX-License-Identifier: MIT
#include "hints.hpp"

#include "hint_parts.hpp"

#include <sockscat/dns_client.hpp>
#include <sockscat/time_limit.hpp>
#include <sockscat/tls.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace sockscat::cli {
namespace {

constexpr const char* without_pipeline =
    "try without --pipeline: many proxies lose data that is sent early";

constexpr const char* no_one_connected =
    "the proxy may have given up waiting, or rejected the peer";

constexpr const char* no_such_name = "the name may not exist, or the proxy cannot resolve it";

// Where HTTP proxies usually listen, and SOCKS proxies do not.
bool is_port_of_http(const proxy_spec& hop) {
    static constexpr std::array<std::uint16_t, 5> ports{3128, 8080, 8888, 8118, 80};
    return !hop.via.is_unix() && std::find(ports.begin(), ports.end(), hop.port) != ports.end();
}

std::string if_http(const proxy_spec& hop) {
    if (is_port_of_http(hop))
        return "port " + std::to_string(hop.port) + " is usually an HTTP proxy: try " +
               as_http(hop);
    return "if it is an HTTP proxy: " + as_http(hop);
}

// The other protocols have one message to send.
bool is_pipelined(const error& why, const connect_options& options) {
    return options.handshake.pipeline && is_last(why, options) &&
           hop_of(why, options).protocol == proxy_protocol::socks5;
}

// Once the method is chosen, what is missing may have been lost with the first message.
bool may_be_pipelining(const error& why, const connect_options& options) {
    return is_pipelined(why, options) && (why.at == phase::auth || why.at == phase::request);
}

const char* is_it_here(const proxy_spec& hop) {
    return hop.via.is_unix() ? "is this the right socket?" : "is this the right port?";
}

// No one expects TLS on a Unix socket.
bool may_want_tls(const proxy_spec& hop) {
    return hop.via.is_plain_tcp();
}

// `hop` speaks HTTP as far as we know.
std::string for_stranger_of_http(peer_kind kind, const proxy_spec& hop) {
    switch (kind) {
    case peer_kind::http:
        return std::string{"a web server answers like this, not a proxy: "} + is_it_here(hop);
    case peer_kind::tls:
        return may_want_tls(hop) ? "try TLS: " + as_https(hop) : "";
    default:
        return is_it_here(hop);
    }
}

std::string for_stranger(peer_kind kind, const proxy_spec& hop) {
    switch (kind) {
    case peer_kind::ssh:
        return "ssh -D PORT makes a SOCKS proxy of an SSH server; give its PORT here";
    case peer_kind::socks4:
        return "try " + as_socks(hop, "socks4a");
    case peer_kind::socks5:
        return "try " + as_socks(hop, "socks5h");
    case peer_kind::socks6:
    case peer_kind::unknown:
        return "";
    default:
        break;
    }
    if (hop.protocol == proxy_protocol::http)
        return for_stranger_of_http(kind, hop);
    if (kind == peer_kind::http)
        return "if it is an HTTP proxy: " + as_http(hop);
    if (kind == peer_kind::tls && hop.via.is_unix()) // TLS there also needs a name
        return "";
    if (kind == peer_kind::tls)
        return "try TLS: " + as_socks_tls(hop, "socks5h") + ", or https:// for an HTTP proxy";
    return is_it_here(hop);
}

std::string for_weak_protection(const connect_options& options) {
    const bool is_private = options.handshake.protection == gssapi_protection::confidentiality;
    return "if less protection will do: --gssapi-protection " +
           std::string{is_private ? "integrity, or none" : "none"};
}

std::string for_protocol(
    const error& why, const connect_options& options, const hint_context& context) {
    if (why.code.category() == socks5_method_category())
        return hint_for_unoffered(why, options, context);
    if (why.code == std::errc::not_supported)
        return for_weak_protection(options);
    if (why.code == std::errc::address_not_available) // of a UDP relay
        return "--relay=proxy sends to the proxy's own address, --relay=reply to the reported one, "
               "--relay=HOST:PORT to that one";
    const std::string hint = for_stranger(why.looks_like, hop_of(why, options));
    if (!hint.empty())
        return hint;
    return is_pipelined(why, options) ? without_pipeline : "";
}

std::string for_closed_by_http(const proxy_spec& hop) {
    if (!may_want_tls(hop))
        return "it may not be an HTTP proxy; if it is a SOCKS proxy: " + as_socks(hop, "socks5h");
    return "it may expect TLS (" + as_https(hop) + "), or not be an HTTP proxy at all";
}

std::string for_closed(const error& why, const connect_options& options, std::string_view command) {
    const proxy_spec& hop = hop_of(why, options);
    if (may_be_pipelining(why, options))
        return without_pipeline;
    if (hop.protocol == proxy_protocol::http)
        return for_closed_by_http(hop);
    if (why.at == phase::accept)
        return no_one_connected;
    if (why.at == phase::request && hop.protocol == proxy_protocol::socks4 && is_port_of_http(hop))
        return if_http(hop);
    if (why.at == phase::request && command != "connect")
        return "proxies that lack the command, such as ssh -D, may close the connection like this";
    if (why.at == phase::request)
        return "ssh -D closes the connection when it cannot reach the target; other proxies do so "
               "when they do not allow it";
    if (why.at == phase::auth)
        return "some proxies close the connection when they reject the user name or password";
    if (is_port_of_http(hop))
        return if_http(hop);
    return "it may require another login method, refuse this client, be an HTTP proxy (" +
           as_http(hop) + (may_want_tls(hop) ? "), a TLS port," : ")") +
           " or not be a proxy at all";
}

// BIND: the first reply was a good one.
std::string for_refused_peer(const std::error_code& reply) {
    if (reply == socks5_reply::not_allowed)
        return "someone other than PEER may have connected, or the proxy's rules reject the peer";
    return no_one_connected;
}

std::string for_unauthorized(
    const error& why, const connect_options& options, const hint_context& context) {
    const auto& login = hop_of(why, options).login;
    if (!login)
        return credentials_wanted(
            "some HTTP proxies ask for a user name and password like this", options, context);
    return login->password ? "some HTTP proxies answer a wrong user name or password like this"
                           : password_options(options);
}

std::string for_refused_by_http(
    const error& why, const connect_options& options, const hint_context& context) {
    const proxy_spec& hop = hop_of(why, options);
    switch (static_cast<http_status>(why.code.value())) {
    case http_status::unauthorized:
        return for_unauthorized(why, options, context);
    case http_status::bad_request: // web servers say these to CONNECT
        return may_want_tls(hop)
                   ? "a TLS port answers like this; if it is one: " + as_https(hop)
                   : std::string{"a web server may answer like this: "} + is_it_here(hop);
    case http_status::not_found:
    case http_status::method_not_allowed:
    case http_status::not_implemented:
        return std::string{"a web server answers like this, or a proxy without CONNECT: "} +
               is_it_here(hop);
    default:
        return "";
    }
}

std::string for_refused(
    const error& why, const connect_options& options, const hint_context& context) {
    const proxy_spec& hop = hop_of(why, options);
    if (why.at == phase::accept)
        return for_refused_peer(why.code);
    if (why.code.category() == http_status_category())
        return for_refused_by_http(why, options, context);
    if (why.code == socks5_reply::command_not_supported)
        return "the proxy does not support this command, or has it disabled";
    if (why.code == socks5_reply::not_allowed)
        return offers_password(why, options)
                   ? "some proxies answer a wrong user name or password like this"
                   : credentials_wanted(
                         "some proxies that require a user name and password answer like this "
                         "without them",
                         options, context);
    const bool is_for_name = context.asks_by_name && is_last(why, options);
    const bool is_unknown_type = why.code == socks5_reply::address_type_not_supported;
    if (is_for_name && (is_unknown_type || why.code == socks5_reply::general_failure ||
                        why.code == socks5_reply::host_unreachable))
        return no_such_name;
    if (is_unknown_type && hop.names == name_resolution::local)
        return "try " + as_socks(hop, "socks5h") +
               " and a host name, so that the proxy resolves it";
    return "";
}

std::string for_unreachable(const error& why, const connect_options& options) {
    const proxy_spec& hop = hop_of(why, options);
    if (hop.via.is_unix())
        return "is the proxy running, and is this the path of its socket?";
    if (why.code != std::errc::connection_refused)
        return "";
    const bool is_default = hop.port == proxy_spec{}.port;
    return "is the proxy running, and is its port " + std::to_string(hop.port) +
           (is_default ? " (the default)?" : "?");
}

std::string for_silence(const proxy_spec& hop) {
    return if_http(hop) + "; it may also be " + (may_want_tls(hop) ? "a TLS port, " : "") +
           "overloaded, or not a proxy at all (sockscat probe finds out more)";
}

std::string for_timeout(
    const error& why, const connect_options& options, const hint_context& context) {
    if (why.code == time_limit_errc::in_part) // this is not silence
        return "";
    if (may_be_pipelining(why, options))
        return without_pipeline;
    const proxy_spec& hop = hop_of(why, options);
    switch (why.at) {
    case phase::connect:
        return "a firewall may be dropping packets; --timeout SECONDS waits longer";
    case phase::tls:
        return "it accepts the connection but does not answer: does it speak TLS on this port?";
    case phase::method:
        return for_silence(hop);
    case phase::auth:
        return offers(options, auth_method::gssapi) && is_last(why, options)
                   ? "the login may be slow, or the Kerberos KDC does not answer"
                   : "";
    case phase::request:
        if (hop.protocol == proxy_protocol::socks4 && is_port_of_http(hop))
            return for_silence(hop);
        return "the proxy may still be trying; --timeout SECONDS waits longer";
    case phase::relay:
        return context.command == "udp" && why.code == std::errc::timed_out
                   ? "UDP may be blocked between here and the proxy, or the target does not answer"
                   : "";
    default:
        return "";
    }
}

// SOCKS4 has one reply, for which the proxy may have to wait as well.
bool is_first_answer(const proxy_spec& hop, phase at) {
    switch (hop.protocol) {
    case proxy_protocol::socks5:
        return at == phase::method;
    case proxy_protocol::socks4:
        return at == phase::request && is_port_of_http(hop);
    default:
        return false;
    }
}

// What other commands have no use for; nothing: the usual hint.
std::optional<std::string> for_resolve(const error& why) {
    const bool lacks_command =
        (why.kind == failure::refused && why.code == socks5_reply::command_not_supported) ||
        (why.kind == failure::closed && why.at == phase::request) ||
        why.code == std::errc::function_not_supported;
    if (lacks_command)
        return "the proxy may not support this command: use --via tcp, tls or udp with --server "
               "ADDRESS";
    if (why.code == std::errc::address_not_available) // of a UDP relay
        return "--via tcp needs no UDP relay";
    if (why.code == dns_errc::not_in_dns)
        return "without --server, the proxy itself is asked";
    if (why.code == tls_errc::no_tls)
        return "use --via tcp if the DNS server does not speak TLS";
    if (why.kind == failure::negative_answer)
        return "";
    return std::nullopt;
}

} // namespace

std::string hint_for(
    const error& why, const connect_options& options, const hint_context& context) {
    if (options.chain.empty())
        return "";
    if (auto hint = context.command == "resolve" ? for_resolve(why) : std::nullopt)
        return *hint;
    switch (why.kind) {
    case failure::protocol:
        return for_protocol(why, options, context);
    case failure::no_method:
        return hint_for_no_method(why, options, context);
    case failure::tls:
        return hint_for_tls(why, options);
    case failure::credentials:
        return hint_for_credentials(why, options);
    case failure::closed:
        return for_closed(why, options, context.command);
    case failure::refused:
        return for_refused(why, options, context);
    case failure::timeout:
        return for_timeout(why, options, context);
    case failure::proxy_unreachable:
        return for_unreachable(why, options);
    case failure::negative_answer:
        return "with socks5h:// or socks4a:// the proxy resolves the name";
    default:
        return "";
    }
}

std::string hint_while_waiting(const waiting_place& where, const connect_options& options) {
    for (const proxy_spec& each : options.chain)
        if (each.label() == where.hop && is_first_answer(each, where.at))
            return "no answer yet; " + if_http(each);
    return "";
}

bool repeats_hint_while_waiting(
    const waiting_place& where,
    const error& why,
    const connect_options& options,
    const hint_context& context) {
    if (why.hop != where.hop || why.at != where.at)
        return false;
    if (context.command == "resolve" && for_resolve(why))
        return false;
    return why.kind == failure::timeout ||
           (why.kind == failure::closed && is_port_of_http(hop_of(why, options)));
}

} // namespace sockscat::cli
