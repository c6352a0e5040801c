// SPDX-License-Identifier: MIT
#include "tls_client.hpp"

#include "tls_context.hpp"

#include <utility>

namespace sockscat {
namespace {

tls_settings without_client(tls_settings settings) {
    settings.client = nullptr;
    return settings;
}

} // namespace

tls_client::tls_client(tls_settings settings, std::shared_ptr<X509_STORE> authorities)
    : settings_{without_client(std::move(settings))}, authorities_{std::move(authorities)} {}

result<std::shared_ptr<const tls_client>> tls_client::read(const tls_settings& settings) {
    if (auto there = need(library::openssl); !there)
        return there.error();
    if (auto protocols = net::alpn_list(settings.alpn); !protocols)
        return protocols.error();
    auto authorities = net::authorities_of(settings);
    if (!authorities)
        return authorities.error();
    auto made = std::make_shared<const tls_client>(settings, std::move(authorities).value());
    if (!settings.cert.empty() || !settings.key.empty()) // OpenSSL reads them into a context
        if (auto context = made->context(); !context)
            return context.error();
    return made;
}

bool tls_client::is_of(const tls_settings& settings) const {
    return settings_ == without_client(settings);
}

result<tls_client::context_pointer> tls_client::context() const {
    const std::lock_guard held{guard_};
    if (context_)
        return context_;
    auto made = net::make_context(settings_, authorities_);
    if (made)
        context_ = made.value();
    return made;
}

tls_client::context_pointer tls_client::context_if_made() const {
    const std::lock_guard held{guard_};
    return context_;
}

namespace net {

result<std::shared_ptr<const tls_client>> client_of(const tls_settings& settings) {
    if (settings.client && settings.client->is_of(settings))
        return settings.client;
    return tls_client::read(settings);
}

} // namespace net
} // namespace sockscat
