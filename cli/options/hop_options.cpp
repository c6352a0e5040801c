// SPDX-License-Identifier: MIT
#include "hop_options.hpp"

#include "credentials_source.hpp"
#include "find_hop.hpp"
#include "hop_passwords.hpp"
#include "tls_options.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace sockscat::cli {
namespace {

result<void> apply_user(const arguments& given, std::vector<proxy_spec>& chain) {
    const auto user = given.value("proxy-user");
    if (!user)
        return {};
    auto chosen =
        find_hop(chain, "--proxy-user", [](const proxy_spec& each) { return !each.login; });
    if (!chosen)
        return chosen.error();
    proxy_spec& hop = *chosen.value();
    if (hop.login)
        return usage_error(
            "the user name is given twice for one proxy, in the URL and by --proxy-user");
    if (user->size() > max_credential_size)
        return usage_error("--proxy-user is longer than 255 bytes");
    hop.login.emplace();
    hop.login->user = *user;
    return {};
}

result<void> merge(std::string_view key, const std::string& value, std::string& place) {
    if (value.empty())
        return {};
    if (!place.empty())
        return usage_error(
            std::string{key} + " is given twice for one proxy, in the URL and by --proxy-" +
            std::string{key});
    place = value;
    return {};
}

result<void> apply_tls(const arguments& given, connect_options& options) {
    const std::string option = first_tls_option(given, "proxy-");
    if (option.empty())
        return {};
    const auto& methods = options.handshake.methods;
    const bool in_band =
        std::find(methods.begin(), methods.end(), auth_method::gost_tls) != methods.end();
    auto chosen = find_hop(options.chain, option, [&](const proxy_spec& hop) {
        return hop.via.tls || (in_band && &hop == &options.chain.back());
    });
    if (!chosen)
        return chosen.error();
    proxy_spec& hop = *chosen.value();
    if (!hop.via.tls && !in_band)
        return usage_error(
            option + " is for TLS with the proxy: write the URL as socks5h+tls://..., or https://");
    const tls_settings wanted = tls_settings_from(given, "proxy-");
    for (const auto& [name, place] : tls_text_options)
        if (auto merged = merge(name, wanted.*place, hop.trust.*place); !merged)
            return merged;
    hop.trust.insecure = hop.trust.insecure || wanted.insecure;
    return {};
}

} // namespace

result<void> apply_hop_options(
    const arguments& given, connect_options& options, console& out, const reading_limits& limits) {
    std::vector<proxy_spec>& chain = options.chain;
    auto from_environment = password_from_environment();
    if (auto applied = apply_user(given, chain); !applied)
        return applied;
    if (auto applied = apply_tls(given, options); !applied)
        return applied;
    return apply_passwords(given, options, out, limits, std::move(from_environment));
}

} // namespace sockscat::cli
