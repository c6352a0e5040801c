// SPDX-License-Identifier: MIT
#include "support/tls_client.hpp"

#include "net/tls/tls.hpp"

#include <filesystem>
#include <optional>

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
    REQUIRE(check(settings));
    const tls_settings copy = settings;
    CHECK(copy == earlier);
    std::filesystem::remove(settings.cacert);
    CHECK(is_trusted(settings));
    CHECK(is_trusted(copy));
    CHECK(is_trusted(copy)); // the context is there
    CHECK(failure_with(earlier).kind == failure::usage);
    settings.alpn = "h2";
    CHECK(failure_with(settings).kind == failure::usage);
    CHECK_FALSE(check(settings));
}

TEST_CASE("what was read for other settings is not trusted") {
    tls_settings settings = trusting_tests();
    CHECK(is_trusted(settings));
    settings.cacert = other_authority_file();
    CHECK_FALSE(is_trusted(settings));
    settings = trusting_tests();
    CHECK(is_trusted(settings));
    settings.insecure = true;
    CHECK(is_trusted(settings));
    settings = {};
    CHECK_FALSE(is_trusted(settings));
}

TEST_CASE("what TLS needs is made while something else is waited for, if that takes a while") {
    asio::io_context loop;
    const tls_settings settings = trusting_tests();
    const auto go_on = [&] {
        loop.restart();
        loop.poll();
    };
    { const net::tls_preparation over_at_once{loop.get_executor(), settings}; }
    go_on();
    CHECK(settings.memory.get() == nullptr);
    std::optional<net::tls_preparation> refused;
    refused.emplace(loop.get_executor(), settings);
    asio::post(loop, [&] { refused.reset(); });
    go_on();
    CHECK(settings.memory.get() == nullptr);
    const net::tls_preparation waiting{loop.get_executor(), settings};
    go_on();
    const auto made = settings.memory.get();
    REQUIRE(made != nullptr);
    CHECK(is_trusted(settings));
    CHECK(settings.memory.get() == made);
}

} // namespace
} // namespace sockscat::tests
