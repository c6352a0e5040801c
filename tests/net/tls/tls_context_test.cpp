// SPDX-License-Identifier: MIT
#include "support/tls_client.hpp"

#include "net/tls/tls.hpp"
#include "net/tls/tls_client.hpp"

#include <sockscat/client.hpp>

#include <filesystem>
#include <optional>
#include <utility>

namespace sockscat::tests {
namespace {

error failure_with(const tls_settings& settings) {
    fd_pair wires = make_socket_pair();
    background server{[&] {
        tls_server far{wires.second.get()};
        far.handshake();
        wires.second.close();
    }};
    const auto made = secure_over(stream_over(std::move(wires.first)), settings, "proxy.test");
    server.finish();
    return made ? error{} : made.error();
}

bool is_trusted(const tls_settings& settings) {
    const error failed = failure_with(settings);
    INFO(failed.cause);
    CHECK((failed.cause.empty() || failed.code == tls_errc::not_trusted));
    return failed.cause.empty();
}

TEST_CASE("files are read once for settings and their copies") {
    const scratch_directory directory;
    tls_settings settings;
    settings.cacert = directory.file("authority.pem");
    std::filesystem::copy_file(authority_file(), settings.cacert);
    const tls_settings earlier = settings;
    REQUIRE(check(settings)); // which keeps nothing
    CHECK(settings == earlier);
    REQUIRE(read_tls_files(settings));
    const tls_settings copy = settings;
    CHECK(copy == settings);
    std::filesystem::remove(settings.cacert);
    CHECK(check(copy));
    CHECK(is_trusted(settings));
    CHECK(is_trusted(copy));
    CHECK(is_trusted(copy)); // the context is there
    CHECK(failure_with(earlier).kind == failure::usage);
    settings.alpn = "h2";
    CHECK(failure_with(settings).kind == failure::usage);
    CHECK_FALSE(check(settings));
    CHECK_FALSE(read_tls_files(settings));
}

TEST_CASE("what was read for other settings is not trusted") {
    tls_settings settings = trusting_tests();
    REQUIRE(read_tls_files(settings));
    CHECK(is_trusted(settings));
    settings.cacert = other_authority_file();
    CHECK_FALSE(is_trusted(settings));
    settings.cacert = authority_file();
    CHECK(is_trusted(settings));
    settings.insecure = true;
    CHECK(is_trusted(settings));
    settings.insecure = false;
    settings.cacert.clear();
    CHECK_FALSE(is_trusted(settings));
}

TEST_CASE("hops with the same settings share nothing") {
    connect_options options;
    for (int i = 0; i < 2; ++i) {
        auto hop = parse_proxy_url("socks5h+tls://proxy.test:1080");
        REQUIRE(hop);
        options.chain.push_back(std::move(hop).value());
        options.chain.back().trust = trusting_tests();
    }
    options.tls = trusting_tests();
    REQUIRE(read_tls_files(options));
    const auto& first = options.chain[0].trust.client;
    const auto& second = options.chain[1].trust.client;
    REQUIRE((first && second && options.tls->client));
    CHECK((first != second && first != options.tls->client && second != options.tls->client));
    CHECK(options.clone().chain[0].trust.client == first);
}

TEST_CASE("files of a hop without TLS are not read") {
    connect_options options;
    auto hop = parse_proxy_url("socks5h://proxy.test:1080");
    REQUIRE(hop);
    options.chain.push_back(std::move(hop).value());
    options.chain.back().trust.cacert = "/nonexistent";
    CHECK(read_tls_files(options));
    options.chain.back().via.tls = true;
    CHECK_FALSE(read_tls_files(options));
}

TEST_CASE("what TLS needs is made while something else is waited for, if that takes a while") {
    asio::io_context loop;
    tls_settings settings = trusting_tests();
    REQUIRE(read_tls_files(settings));
    const auto go_on = [&] {
        loop.restart();
        loop.poll();
    };
    { const net::tls_preparation over_at_once{loop.get_executor(), settings}; }
    go_on();
    CHECK(settings.client->context_if_made() == nullptr);
    std::optional<net::tls_preparation> refused;
    refused.emplace(loop.get_executor(), settings);
    asio::post(loop, [&] { refused.reset(); });
    go_on();
    CHECK(settings.client->context_if_made() == nullptr);
    const net::tls_preparation waiting{loop.get_executor(), settings};
    go_on();
    const auto made = settings.client->context_if_made();
    REQUIRE(made != nullptr);
    CHECK(is_trusted(settings));
    CHECK(settings.client->context_if_made() == made);
}

TEST_CASE("settings whose files were not read are read by the preparation") {
    asio::io_context loop;
    const tls_settings settings = trusting_tests();
    const net::tls_preparation made{loop.get_executor(), settings};
    CHECK(made.settings().client != nullptr);
    CHECK(settings.client == nullptr);
    tls_settings unreadable;
    unreadable.cacert = "/nonexistent";
    const net::tls_preparation failed{loop.get_executor(), unreadable};
    loop.poll();
    CHECK(failure_with(failed.settings()).kind == failure::usage);
}

} // namespace
} // namespace sockscat::tests
