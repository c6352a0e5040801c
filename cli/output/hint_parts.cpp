// SPDX-License-Identifier: MIT
#include "hint_parts.hpp"

#include <algorithm>

namespace sockscat::cli {
namespace {

// What follows "://".
std::string place_of(const proxy_spec& hop, bool is_tls) {
    if (!hop.via.is_unix())
        return hop.label();
    proxy_spec bare;
    bare.via.unix_path = hop.via.unix_path;
    bare.via.tls = is_tls;
    const std::string url = bare.url();
    constexpr std::string_view end_of_scheme = "://";
    return url.substr(url.find(end_of_scheme) + end_of_scheme.size());
}

bool has_user(const connect_options& options) {
    return std::any_of(options.chain.begin(), options.chain.end(), [](const proxy_spec& each) {
        return each.login.has_value();
    });
}

} // namespace

const proxy_spec& hop_of(const error& why, const connect_options& options) {
    for (const proxy_spec& hop : options.chain)
        if (hop.label() == why.hop)
            return hop;
    return options.chain.back();
}

bool is_last(const error& why, const connect_options& options) {
    return &hop_of(why, options) == &options.chain.back();
}

std::string as_http(const proxy_spec& hop) {
    const std::string scheme = hop.via.is_unix() ? "http+unix" : "http";
    return hop.via.tls ? as_https(hop) : "-x " + scheme + "://" + place_of(hop, false);
}

std::string as_https(const proxy_spec& hop) {
    return "-x https://" + place_of(hop, true);
}

std::string as_socks(const proxy_spec& hop, std::string_view scheme) {
    return hop.via.tls ? as_socks_tls(hop, scheme) : as_plain_socks(hop, scheme);
}

std::string as_plain_socks(const proxy_spec& hop, std::string_view scheme) {
    const std::string_view layer = hop.via.is_unix() ? "+unix" : "";
    return "-x " + std::string{scheme}.append(layer) + "://" + place_of(hop, false);
}

std::string as_socks_tls(const proxy_spec& hop, std::string_view scheme) {
    return "-x " + std::string{scheme} + "+tls://" + place_of(hop, true);
}

std::string credentials_options(const connect_options& options) {
    return options.chain.size() > 1 ? "user@ and ?password-file=FILE in its URL"
                                    : "--proxy-user NAME --proxy-ask-password";
}

std::string credentials_wanted(
    const std::string& reason, const connect_options& options, const hint_context& context) {
    if (!context.has_environment_password || has_user(options))
        return reason + ": " + credentials_options(options);
    return "$SOCKSCAT_PASSWORD is set, but no user name is given: " +
           std::string{options.chain.size() > 1 ? "user@ in its URL" : "--proxy-user NAME"};
}

std::string password_options(const connect_options& options) {
    return options.chain.size() > 1
               ? "no password was given: ?password-file=FILE in its URL"
               : "no password was given: --proxy-ask-password, --proxy-password-file FILE or "
                 "$SOCKSCAT_PASSWORD";
}

bool offers(const connect_options& options, auth_method wanted) {
    const auto& methods = options.handshake.methods;
    return std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

bool offers_password(const error& why, const connect_options& options) {
    const proxy_spec& hop = hop_of(why, options);
    const auto& methods = options.handshake.methods;
    return methods.empty() || &hop != &options.chain.back()
               ? hop.login.has_value()
               : offers(options, auth_method::password);
}

} // namespace sockscat::cli
