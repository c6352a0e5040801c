// SPDX-License-Identifier: MIT
#include "offer.hpp"

#include <sockscat/libraries.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::net {
namespace {

using proto::socks5::method;

constexpr std::pair<auth_method, library> libraries_of_methods[] = {
    {auth_method::chap, library::openssl}, // HMAC-MD5
    {auth_method::gssapi, library::gssapi},
};

void add(auth_method wanted, const proxy_spec& hop, std::vector<method>& offer) {
    switch (wanted) {
    case auth_method::none:
        return offer.push_back(method::none);
    case auth_method::password:
        return offer.push_back(method::password);
    case auth_method::chap:
        return offer.push_back(method::chap);
    case auth_method::gssapi:
        return offer.push_back(method::gssapi);
    case auth_method::gost_tls:
        offer.push_back(method::gost_tls);
        if (hop.login)
            offer.push_back(method::gost_tls_password);
    }
}

} // namespace

bool names(const handshake_options& options, auth_method wanted) {
    const auto& methods = options.methods;
    return std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

std::vector<method> offer_for(const proxy_spec& hop, const handshake_options& options) {
    std::vector<method> offer;
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
    if (!hop.login && names(options, auth_method::password))
        return usage_error("the method password needs a user name");
    if (!hop.login && names(options, auth_method::chap))
        return usage_error("the method chap needs a user name");
    for (const auto& [method, library] : libraries_of_methods)
        if (names(options, method))
            if (auto there = need(library); !there)
                return there;
    return {};
}

} // namespace sockscat::net
