// SPDX-License-Identifier: MIT
#include "hop_request.hpp"

#include "net/gssapi/gssapi.hpp"
#include "net/tls/hmac_md5.hpp"
#include "offer.hpp"

#include <optional>
#include <string>
#include <utility>

namespace sockscat::net {
namespace {

std::optional<proto::protection_level> level_of(gssapi_protection wanted) {
    switch (wanted) {
    case gssapi_protection::none:
        return proto::protection_level::none;
    case gssapi_protection::integrity:
        return proto::protection_level::integrity;
    case gssapi_protection::confidentiality:
        return proto::protection_level::confidentiality;
    case gssapi_protection::strongest:
        break;
    }
    return std::nullopt;
}

std::shared_ptr<proto::security_context> context_for(
    const proxy_spec& hop, proto::request_command command, const handshake_options& options) {
    const std::string host = hop.via.is_unix() ? "localhost" : hop.host;
    const bool in_order = command != proto::request_command::udp_associate;
    return make_gssapi_context(options.gssapi_service, host, in_order);
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
    request.methods = offer_for(hop, options);
    for (const authenticator& each : options.authenticators)
        request.foreign_methods.push_back(proto::socks5::method{each.method});
    request.pipeline = options.pipeline;
    request.hmac = hmac_md5;
    request.wanted_protection = level_of(options.protection);
    request.least_protection =
        request.wanted_protection.value_or(proto::protection_level::integrity);
    if (hop.login) {
        request.user = hop.login->user;
        if (hop.login->password)
            request.password = hop.login->password->reveal();
    }
    return request;
}

result<std::unique_ptr<proto::exchange>> machine_for(
    const proxy_spec& hop,
    proto::request_command command,
    const address& destination,
    const handshake_options& options) {
    proto::handshake_request request = request_for(hop, command, destination, options);
    if (hop.protocol == proxy_protocol::socks5 && names(options, auth_method::gssapi))
        request.security = context_for(hop, command, options);
    return proto::make_handshake(request);
}

handshake_options options_for(const connect_options& options, std::size_t index) {
    if (index + 1 == options.chain.size())
        return options.handshake;
    handshake_options plain;
    plain.watch = options.handshake.watch;
    return plain;
}

result<address> place_of(const proxy_spec& hop) {
    auto where = parse_host(hop.host);
    if (hop.via.is_unix())
        return usage_error_at(hop, "a Unix socket can only be the first proxy of a chain");
    if (!where)
        return usage_error_at(
            hop, "only this machine can reach this host: the proxy must be the first of the chain");
    return address{std::move(where).value(), hop.port};
}

error usage_error_at(const proxy_spec& hop, std::string cause) {
    error why = usage_error(std::move(cause));
    why.hop = hop.label();
    return why;
}

} // namespace sockscat::net
