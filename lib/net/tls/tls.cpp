// SPDX-License-Identifier: MIT
#include "tls.hpp"

#include "openssl_stream.hpp"
#include "tls_client.hpp"

#include <asio/post.hpp>

#include <utility>

namespace sockscat {
namespace net {

// The second turn comes after everything that was ready meanwhile: a refusal, say, which needs no
// TLS. What fails fails again when it is needed.
tls_preparation::tls_preparation(
    const asio::any_io_executor& executor, const tls_settings& settings)
    : settings_{std::make_shared<tls_settings>(settings)} {
    if (!read_tls_files(*settings_))
        return;
    asio::post(executor, [executor, wanted = std::weak_ptr{settings_}] {
        asio::post(executor, [wanted] {
            if (const auto still = wanted.lock())
                static_cast<void>(still->client->context());
        });
    });
}

asio::awaitable<result<std::unique_ptr<tls_stream>>> start_tls(
    std::unique_ptr<stream> over, const tls_settings& trust, std::string_view peer, setup& where) {
    where.enter(phase::tls);
    const auto client = client_of(trust);
    auto context = client ? client.value()->context() : client.error();
    if (!context) {
        error why = context.error();
        why.hop = where.hop();
        co_return why;
    }
    auto secured = std::make_unique<openssl_stream>(std::move(over), context.value().get());
    const std::string name = trust.servername.empty() ? std::string{peer} : trust.servername;
    if (auto done = co_await secured->handshake(name, !trust.alpn.empty(), where); !done)
        co_return done.error();
    co_return std::unique_ptr<tls_stream>{std::move(secured)};
}

} // namespace net

result<void> check(const tls_settings& settings) {
    const auto client = net::client_of(settings);
    return client ? result<void>{} : client.error();
}

result<void> read_tls_files(tls_settings& settings) {
    auto client = net::client_of(settings);
    if (!client)
        return client.error();
    settings.client = std::move(client).value();
    return {};
}

asio::awaitable<result<std::unique_ptr<tls_stream>>> secure(
    std::unique_ptr<stream> over,
    const tls_settings& settings,
    std::string_view peer,
    std::string_view label,
    observer* watch) {
    net::setup where{watch};
    where.at_hop(std::string{label});
    co_return co_await net::start_tls(std::move(over), settings, peer, where);
}

} // namespace sockscat
