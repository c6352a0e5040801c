// SPDX-License-Identifier: MIT
#include "handshake.hpp"

#include "http_connect.hpp"
#include "socks4_handshake.hpp"
#include "socks5_handshake.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::proto {
namespace {

result<void> check_common(const handshake_request& request) {
    const auto* name = std::get_if<host_name>(&request.destination.host);
    if (name != nullptr && (name->text.empty() || name->text.size() > 255))
        return usage_error(
            "a host name has 1 to 255 bytes, but this one has " +
            std::to_string(name->text.size()));
    if (name != nullptr && name->text.find('\0') != std::string::npos)
        return usage_error("the host name contains a NUL byte");
    if (request.destination.port == 0 && request.command == request_command::connect)
        return usage_error("cannot connect to port 0");
    if (request.user.size() > max_credential_size || request.password.size() > max_credential_size)
        return usage_error("user name or password is longer than 255 bytes");
    if (request.command == request_command::resolve_ptr && name != nullptr)
        return usage_error("RESOLVE_PTR takes an address, not the name " + quote(name->text));
    return {};
}

result<void> check_socks4(const handshake_request& request) {
    const auto& where = request.destination.host;
    if (std::holds_alternative<ipv6_address>(where))
        return usage_error("SOCKS4 cannot reach the IPv6 address " + to_string(where));
    if (request.command == request_command::udp_associate)
        return usage_error("SOCKS4 has no UDP");
    if (request.command == request_command::resolve_ptr)
        return usage_error("SOCKS4 has no RESOLVE_PTR");
    const auto* ip = std::get_if<ipv4_address>(&where);
    const bool is_anyone =
        request.command == request_command::bind && ip != nullptr && *ip == ipv4_address{};
    const bool announces_name =
        ip != nullptr && ip->bytes[0] == 0 && ip->bytes[1] == 0 && ip->bytes[2] == 0;
    if (announces_name && !is_anyone)
        return usage_error(
            "SOCKS4 cannot reach " + to_string(where) + ": SOCKS4a reserves these addresses");
    if (request.user.find('\0') != std::string_view::npos)
        return usage_error("the SOCKS4 user id contains a NUL byte");
    return {};
}

bool has(const std::vector<socks5::method>& methods, socks5::method wanted) {
    return std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

// Offered, and not left to the driver.
bool speaks(const handshake_request& request, socks5::method wanted) {
    return has(request.methods, wanted) && !has(request.foreign_methods, wanted);
}

result<void> check_socks5(const handshake_request& request) {
    if (request.methods.empty() || request.methods.size() > 255)
        return usage_error("no authentication method to offer");
    if (request.pipeline && request.methods.size() != 1)
        return usage_error("pipelining needs exactly one authentication method to offer");
    const bool can_pipeline =
        speaks(request, socks5::method::none) || speaks(request, socks5::method::password);
    if (request.pipeline && !can_pipeline)
        return usage_error("this authentication method cannot be pipelined");
    return {};
}

result<void> check_tools(const handshake_request& request) {
    if (request.protocol != proxy_protocol::socks5)
        return {};
    if (speaks(request, socks5::method::chap) && request.hmac == nullptr)
        return usage_error("there is no HMAC-MD5 for CHAP");
    if (speaks(request, socks5::method::gssapi) && !request.security)
        return usage_error("there is no security context for GSSAPI");
    return {};
}

result<void> check_http(const handshake_request& request) {
    if (request.command != request_command::connect)
        return usage_error("HTTP proxies only support TCP connections (CONNECT)");
    const auto* name = std::get_if<host_name>(&request.destination.host);
    if (name != nullptr && !fits_http(name->text))
        return usage_error("the name " + quote(name->text) + " cannot be sent in an HTTP request");
    if (request.user.find(':') != std::string_view::npos)
        return usage_error("Basic authentication does not allow ':' in a user name");
    return {};
}

result<void> check_for_protocol(const handshake_request& request) {
    switch (request.protocol) {
    case proxy_protocol::socks4:
        return check_socks4(request);
    case proxy_protocol::http:
        return check_http(request);
    case proxy_protocol::socks5:
        break;
    }
    return check_socks5(request);
}

} // namespace

result<void> check_handshake(const handshake_request& request) {
    if (auto checked = check_common(request); !checked)
        return checked;
    return check_for_protocol(request);
}

result<std::unique_ptr<exchange>> make_handshake(const handshake_request& request) {
    if (auto checked = check_handshake(request); !checked)
        return checked.error();
    if (auto checked = check_tools(request); !checked)
        return checked.error();
    if (request.protocol == proxy_protocol::socks4)
        return std::unique_ptr<exchange>{std::make_unique<socks4_handshake>(request)};
    if (request.protocol == proxy_protocol::http)
        return std::unique_ptr<exchange>{std::make_unique<http_connect>(request)};
    return std::unique_ptr<exchange>{std::make_unique<socks5_handshake>(request)};
}

} // namespace sockscat::proto
