// SPDX-License-Identifier: MIT
// usage: http_get PROXY HOST PORT PATH
// A GET through a proxy: prints the whole response, header and body.
#include <sockscat/client.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

int failed(const std::string& why) {
    std::fprintf(stderr, "http_get: %s\n", why.c_str());
    return 1;
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

asio::awaitable<int> get(
    const sockscat::connect_options& options,
    const sockscat::address& target,
    const std::string& path) {
    auto made = co_await sockscat::connect(options, target);
    if (!made)
        co_return failed(to_string(made.error()));
    sockscat::stream& tunnel = made.value().io();

    const std::string request =
        "GET " + path + " HTTP/1.0\r\nHost: " + to_string(target) + "\r\n\r\n";
    const auto sent = co_await tunnel.write(bytes_of(request));
    if (sent.code)
        co_return failed(sent.code.message());

    std::array<std::uint8_t, 4096> buffer{};
    for (;;) {
        const auto got = co_await tunnel.read_some(buffer);
        if (got.code)
            co_return failed(got.code.message());
        if (got.size == 0) // the end of the stream
            co_return 0;
        std::fwrite(buffer.data(), 1, got.size, stdout);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fputs("usage: http_get PROXY HOST PORT PATH\n", stderr);
        return 2;
    }
    auto proxy = sockscat::parse_proxy_url(argv[1]);
    if (!proxy)
        return failed(to_string(proxy.error()));
    auto host = sockscat::parse_host(argv[2]);
    if (!host)
        return failed(to_string(host.error()));
    const sockscat::address target{host.value(), static_cast<std::uint16_t>(std::atoi(argv[3]))};
    const std::string path = argv[4];

    sockscat::connect_options options; // it and all other arguments must outlive the coroutine
    options.chain.push_back(std::move(proxy).value());
    options.time_limit = std::chrono::seconds{10};

    int status = 1;
    asio::io_context context;
    asio::co_spawn(
        context, get(options, target, path), [&](std::exception_ptr thrown, int returned) {
            if (thrown)
                std::rethrow_exception(thrown);
            status = returned;
        });
    context.run();
    return status;
}
