// SPDX-License-Identifier: MIT
// usage: own_stream PROXY HOST PORT
// The handshake over a socket that the program has connected itself: prints what HOST PORT sends.
#include <sockscat/client.hpp>
#include <sockscat/socket_stream.hpp>

#include <asio/co_spawn.hpp>
#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

int failed(const std::string& why) {
    std::fprintf(stderr, "own_stream: %s\n", why.c_str());
    return 1;
}

// Any connected stream socket will do. Here it is made with Asio, which throws std::system_error.
asio::awaitable<int> connected_to(const sockscat::proxy_spec& proxy) {
    const auto executor = co_await asio::this_coro::executor;
    asio::ip::tcp::resolver resolver{executor};
    const auto found = co_await resolver.async_resolve(
        proxy.host, std::to_string(proxy.port), asio::use_awaitable);
    asio::ip::tcp::socket socket{executor};
    co_await asio::async_connect(socket, found, asio::use_awaitable);
    co_return socket.release();
}

asio::awaitable<int> talk(const sockscat::proxy_spec& proxy, const sockscat::address& target) {
    const int descriptor = co_await connected_to(proxy);
    auto stream = sockscat::adopt_socket(co_await asio::this_coro::executor, descriptor);
    if (!stream)
        co_return failed(to_string(stream.error()));

    const sockscat::handshake_options options; // the usual methods
    auto made = co_await sockscat::handshake(std::move(stream).value(), proxy, target, options);
    if (!made)
        co_return failed(to_string(made.error()));

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
    if (argc != 4) {
        std::fputs("usage: own_stream PROXY HOST PORT\n", stderr);
        return 2;
    }
    auto proxy = sockscat::parse_proxy_url(argv[1]);
    if (!proxy)
        return failed(to_string(proxy.error()));
    auto host = sockscat::parse_host(argv[2]);
    if (!host)
        return failed(to_string(host.error()));
    const sockscat::address target{host.value(), static_cast<std::uint16_t>(std::atoi(argv[3]))};

    int status = 1;
    asio::io_context context;
    asio::co_spawn(
        context, talk(proxy.value(), target), [&](std::exception_ptr thrown, int returned) {
            if (thrown)
                std::rethrow_exception(thrown);
            status = returned;
        });
    try {
        context.run();
    } catch (const std::exception& thrown) {
        return failed(thrown.what());
    }
    return status;
}
