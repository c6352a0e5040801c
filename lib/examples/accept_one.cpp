// SPDX-License-Identifier: MIT
// usage: accept_one PROXY SECONDS
// Has the proxy listen (BIND), prints "HOST:PORT", accepts one connection there, and prints what
// comes from it.
#include <sockscat/listener.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

namespace {

int failed(const std::string& why) {
    std::fprintf(stderr, "accept_one: %s\n", why.c_str());
    return 1;
}

asio::awaitable<int> receive(const sockscat::connect_options& options, std::chrono::seconds limit) {
    const std::optional<sockscat::address> anyone; // or the address of the one that may connect
    auto waiting = co_await sockscat::bind(options, anyone);
    if (!waiting)
        co_return failed(to_string(waiting.error()));
    std::puts(to_string(waiting.value().callable()).c_str());
    std::fflush(stdout);

    auto made = co_await waiting.value().accept(limit);
    if (!made)
        co_return failed(to_string(made.error()));
    std::fprintf(stderr, "accept_one: from %s\n", to_string(made.value().bound()).c_str());

    std::array<std::uint8_t, 4096> buffer{};
    for (;;) {
        const auto got = co_await made.value().io().read_some(buffer);
        if (got.code)
            co_return failed(got.code.message());
        if (got.size == 0)
            co_return 0;
        std::fwrite(buffer.data(), 1, got.size, stdout);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: accept_one PROXY SECONDS\n", stderr);
        return 2;
    }
    auto proxy = sockscat::parse_proxy_url(argv[1]);
    if (!proxy)
        return failed(to_string(proxy.error()));
    sockscat::connect_options options;
    options.chain.push_back(std::move(proxy).value());
    options.time_limit = std::chrono::seconds{10}; // until the proxy listens

    int status = 1;
    asio::io_context context;
    asio::co_spawn(
        context, receive(options, std::chrono::seconds{std::atoi(argv[2])}),
        [&](std::exception_ptr thrown, int returned) {
            if (thrown)
                std::rethrow_exception(thrown);
            status = returned;
        });
    context.run();
    return status;
}
