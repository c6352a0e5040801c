// SPDX-License-Identifier: MIT
/// What hints are made of; for hints*.cpp alone.
#pragma once

#include "hints.hpp"

#include <string>
#include <string_view>

namespace sockscat::cli {

/// The hop that the error is about; the last one for an error of another place.
const proxy_spec& hop_of(const error& why, const connect_options& options);
bool is_last(const error& why, const connect_options& options);

/// "-x http://HOST:PORT", with TLS if the hop has it: the same hop by another protocol.
std::string as_http(const proxy_spec& hop);
/// "-x https://HOST:PORT"
std::string as_https(const proxy_spec& hop);
/// `scheme`: "socks5h" or "socks4a".
std::string as_socks(const proxy_spec& hop, std::string_view scheme);
/// The same without TLS, whatever the hop has.
std::string as_plain_socks(const proxy_spec& hop, std::string_view scheme);
/// The same with TLS.
std::string as_socks_tls(const proxy_spec& hop, std::string_view scheme);

/// In a chain an option may fit several hops; the URL is always right.
std::string credentials_options(const connect_options& options);

/// `reason`: why credentials are needed, up to the colon.
std::string credentials_wanted(
    const std::string& reason, const connect_options& options, const hint_context& context);

/// How to give the password that a user name came without.
std::string password_options(const connect_options& options);

/// The last hop is offered it by name.
bool offers(const connect_options& options, auth_method wanted);

bool offers_password(const error& why, const connect_options& options);

/// By failure; one sentence or nothing.
std::string hint_for_unoffered(
    const error& why, const connect_options& options, const hint_context& context);
std::string hint_for_no_method(
    const error& why, const connect_options& options, const hint_context& context);
std::string hint_for_credentials(const error& why, const connect_options& options);
std::string hint_for_tls(const error& why, const connect_options& options);

} // namespace sockscat::cli
