// SPDX-License-Identifier: MIT
#include "tls.hpp"

#include "openssl_stream.hpp"
#include "tls_context.hpp"

#include <asio/post.hpp>

#include <utility>

namespace sockscat {
namespace net {

// The second turn comes after everything that was ready meanwhile: a refusal, say, which needs no
// TLS. What fails fails again when it is needed.
tls_preparation::tls_preparation(
    const asio::any_io_executor& executor, const tls_settings& settings)
    : wanted_{std::make_shared<const tls_settings*>(&settings)} {
    asio::post(executor, [executor, wanted = std::weak_ptr{wanted_}] {
        asio::post(executor, [wanted] {
            if (const auto still = wanted.lock())
                static_cast<void>(tls_context(**still));
        });
    });
}

asio::awaitable<result<std::unique_ptr<tls_stream>>> start_tls(
    std::unique_ptr<stream> over, const tls_settings& trust, std::string_view peer, setup& where) {
    where.enter(phase::tls);
    auto context = tls_context(trust);
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
    return net::read_tls_files(settings);
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
