// SPDX-License-Identifier: MIT
#include "offer.hpp"

#include <sockscat/libraries.hpp>

#include <algorithm>
#include <string>

namespace sockscat::net {
namespace {

void add(auth_method wanted, const proxy_spec& hop, std::vector<auth_method>& offer) {
    offer.push_back(wanted);
    if (wanted == auth_method::gost_tls && hop.login)
        offer.push_back(auth_method::gost_tls_password);
}

} // namespace

bool names(const handshake_options& options, auth_method wanted) {
    const auto& methods = options.methods;
    return std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

std::vector<auth_method> offer_for(const proxy_spec& hop, const handshake_options& options) {
    std::vector<auth_method> offer;
    if (hop.protocol == proxy_protocol::socks5)
        for (const auth_method wanted : options.methods)
            add(wanted, hop, offer);
    if (!offer.empty())
        return offer;
    add(auth_method::none, hop, offer);
    if (hop.login)
        add(auth_method::password, hop, offer);
    return offer;
}

result<void> check_offer(const proxy_spec& hop, const handshake_options& options) {
    for (const auth_method_entry& each : auth_methods()) {
        if (!names(options, each.method))
            continue;
        if (each.needs_login && !hop.login)
            return usage_error("the method " + std::string{each.word} + " needs a user name");
        if (each.needs)
            if (auto there = need(*each.needs); !there)
                return there;
    }
    return {};
}

} // namespace sockscat::net
