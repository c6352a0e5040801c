// SPDX-License-Identifier: MIT
#include "offer.hpp"

#include "proto/socks5.hpp"

#include <sockscat/libraries.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <span>
#include <string>

namespace sockscat::net {
namespace {

void add(auth_method wanted, const proxy_spec& hop, std::vector<auth_method>& offer) {
    offer.push_back(wanted);
    if (wanted == auth_method::gost_tls && hop.login)
        offer.push_back(auth_method::gost_tls_password);
}

result<void> check_authenticator(const authenticator& by, const std::vector<auth_method>& offer) {
    const std::string name = "the authenticator for method " + hex(std::span{&by.method, 1});
    if (by.method == 0x00 || by.method == proto::socks5::no_acceptable_method)
        return usage_error(name + ": methods go from 01 to fe");
    if (!by.run)
        return usage_error(name + " has no function");
    if (std::count(offer.begin(), offer.end(), auth_method{by.method}) > 1)
        return usage_error(name + ": the method is offered twice");
    return {};
}

} // namespace

bool names(const handshake_options& options, auth_method wanted) {
    const auto& methods = options.methods;
    return std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

std::vector<auth_method> offer_for(const proxy_spec& hop, const handshake_options& options) {
    std::vector<auth_method> offer;
    if (hop.protocol == proxy_protocol::socks5) {
        for (const auth_method wanted : options.methods)
            add(wanted, hop, offer);
        for (const authenticator& each : options.authenticators)
            offer.push_back(auth_method{each.method});
    }
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
        if (const auto needed = library_for(each.method))
            if (auto there = need(*needed); !there)
                return there;
    }
    const std::vector<auth_method> offer = offer_for(hop, options);
    for (const authenticator& each : options.authenticators)
        if (auto checked = check_authenticator(each, offer); !checked)
            return checked;
    return {};
}

} // namespace sockscat::net
