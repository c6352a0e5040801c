// SPDX-License-Identifier: MIT
// A proxy of the user's own Asio and a client of the library on one io_context, which two threads
// may run: the library's copy of Asio and the user's work on the same objects. Prints what fails;
// ends with 0 if nothing does.
#include "mixed.hpp"

#include <sockscat/association.hpp>
#include <sockscat/client.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <string>
#include <thread>

namespace {

using asio::use_awaitable;
using asio::ip::tcp;
using asio::ip::udp;
using bytes = std::array<std::uint8_t, 2048>;

constexpr int rounds = 200;
std::atomic<int> failures{0};

void check(bool holds, const char* what) {
    if (!holds && ++failures < 10)
        std::printf("not so: %s\n", what);
}

// RFC 1928: CONNECT to port 1 is refused, that to port 2 is never answered; any other stream and
// every datagram comes back.
asio::awaitable<void> serve(tcp::socket client, udp::socket& relay) {
    bytes in{};
    co_await asio::async_read(client, asio::buffer(in, 3), use_awaitable);
    const std::array<std::uint8_t, 2> method{5, 0};
    co_await asio::async_write(client, asio::buffer(method), use_awaitable);
    co_await asio::async_read(client, asio::buffer(in, 10), use_awaitable);
    const int port = in[8] * 256 + in[9];
    const std::uint16_t at = in[1] == 3 ? relay.local_endpoint().port() : std::uint16_t{7};
    const std::array<std::uint8_t, 10> reply{
        5,
        static_cast<std::uint8_t>(in[1] == 1 && port == 1 ? 5 : 0),
        0,
        1,
        127,
        0,
        0,
        1,
        static_cast<std::uint8_t>(at >> 8),
        static_cast<std::uint8_t>(at & 255)};
    if (in[1] != 1 || port != 2)
        co_await asio::async_write(client, asio::buffer(reply), use_awaitable);
    for (;;) {
        const std::size_t size = co_await client.async_read_some(asio::buffer(in), use_awaitable);
        co_await asio::async_write(client, asio::buffer(in, size), use_awaitable);
    }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, udp::socket& relay) {
    for (;;) {
        tcp::socket client = co_await acceptor.async_accept(use_awaitable);
        asio::co_spawn(acceptor.get_executor(), serve(std::move(client), relay), asio::detached);
    }
}

asio::awaitable<void> mirror(udp::socket& relay) {
    bytes in{};
    udp::endpoint from;
    for (;;) {
        const std::size_t size =
            co_await relay.async_receive_from(asio::buffer(in), from, use_awaitable);
        co_await relay.async_send_to(asio::buffer(in, size), from, use_awaitable);
    }
}

sockscat::address local(std::uint16_t port) {
    return {sockscat::parse_ip("127.0.0.1").value(), port};
}

asio::awaitable<void> stream(const sockscat::connect_options& options) {
    const sockscat::address echo = local(7);
    auto made = co_await sockscat::connect(options, echo);
    check(static_cast<bool>(made), "a connection is made");
    if (!made)
        co_return;
    const std::array<std::uint8_t, 5> said{'h', 'e', 'l', 'l', 'o'};
    bytes in{};
    for (int round = 0; round < 10; ++round) {
        const auto wrote = co_await made.value().io().write(said);
        const auto got = co_await made.value().io().read_some(in);
        check(!wrote.code && !got.code && got.size == 5 && in[4] == 'o', "what is sent comes back");
    }
}

asio::awaitable<void> datagram(const sockscat::connect_options& options) {
    const sockscat::associate_options wanted;
    auto made = co_await sockscat::associate(options, wanted);
    check(static_cast<bool>(made), "an association is made");
    if (!made)
        co_return;
    const std::array<std::uint8_t, 4> said{'p', 'i', 'n', 'g'};
    const std::array<sockscat::outgoing_datagram, 1> out{{{local(9), said}}};
    check(made.value().send(out).sent == 1, "a datagram is sent");
    std::span<const sockscat::incoming_datagram> got;
    while (got.empty()) {
        const auto waited = co_await made.value().wait_for_datagrams();
        check(static_cast<bool>(waited), "a datagram comes");
        if (!waited)
            co_return;
        got = made.value().receive();
    }
    check(got.size() == 1 && got.front().data.size() == 4, "it is the one that was sent");
}

asio::awaitable<void> refusal(const sockscat::connect_options& options) {
    const sockscat::address refused = local(1);
    const auto made = co_await sockscat::connect(options, refused);
    check(!made, "port 1 is refused");
    if (made)
        co_return;
    check(
        made.error().code == sockscat::socks5_reply::connection_refused, "the code is the proxy's");
    check(made.error().code == std::errc::connection_refused, "the code equals the system's");
}

// What the system refuses has the code that std::errc and the system's own category have.
asio::awaitable<void> nobody(const sockscat::connect_options& options) {
    const sockscat::address echo = local(7);
    sockscat::connect_options other = options.clone();
    other.chain.front().port = 1;
    const auto made = co_await sockscat::connect(other, echo);
    check(!made && made.error().code == std::errc::connection_refused, "no proxy: std::errc");
}

asio::awaitable<void> read_for_ever(sockscat::stream& tunnel, std::error_code& code) {
    bytes in{};
    const auto got = co_await tunnel.read_some(in);
    code = got.code;
}

// A read that is cancelled through the user's own signal ends with the code that std::errc has.
asio::awaitable<void> cancelled_read(const sockscat::connect_options& options) {
    const sockscat::address echo = local(7);
    auto made = co_await sockscat::connect(options, echo);
    check(static_cast<bool>(made), "a connection is made to be cancelled");
    if (!made)
        co_return;
    asio::cancellation_signal signal;
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::hours{1}};
    std::error_code code;
    asio::co_spawn(
        timer.get_executor(), read_for_ever(made.value().io(), code),
        asio::bind_cancellation_slot(
            signal.slot(), [&timer](std::exception_ptr) { timer.cancel(); }));
    asio::steady_timer soon{timer.get_executor(), std::chrono::milliseconds{2}};
    co_await soon.async_wait(use_awaitable);
    signal.emit(asio::cancellation_type::terminal);
    try {
        co_await timer.async_wait(use_awaitable);
    } catch (const std::system_error& stopped) {
        check(
            stopped.code() == asio::error::operation_aborted, "the user's own timer is cancelled");
    }
    check(code == std::errc::operation_canceled, "a cancelled read has the code of std::errc");
}

// The time limit cancels what waits for an answer.
asio::awaitable<void> silence(const sockscat::connect_options& options) {
    const sockscat::address silent = local(2);
    sockscat::connect_options hasty = options.clone();
    hasty.time_limit = std::chrono::milliseconds{5};
    const auto made = co_await sockscat::connect(hasty, silent);
    check(!made && made.error().kind == sockscat::failure::timeout, "a silent proxy is a timeout");
}

asio::awaitable<void> everything(const sockscat::connect_options& options) {
    for (int round = 0; round < rounds; ++round) {
        co_await stream(options);
        co_await datagram(options);
        co_await refusal(options);
        co_await nobody(options);
        if (round % 10 == 0) {
            co_await cancelled_read(options);
            co_await silence(options);
        }
    }
}

void run(int threads) {
    asio::io_context context{threads};
    tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    udp::socket relay{context, {asio::ip::address_v4::loopback(), 0}};
    asio::co_spawn(context, accept(acceptor, relay), asio::detached);
    asio::co_spawn(context, mirror(relay), asio::detached);
    sockscat::connect_options options;
    options.chain.push_back(
        sockscat::parse_proxy_url(
            "socks5://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()))
            .value());
    int left = 4;
    const auto end = [&](std::exception_ptr failed) {
        check(!failed, "nothing is thrown");
        if (--left == 0)
            context.stop();
    };
    // Two of the workers share a strand, the others have one each.
    const auto shared = asio::make_strand(context);
    const auto gate = asio::make_strand(context);
    for (int worker = 0; worker < 4; ++worker) {
        const asio::any_io_executor where =
            worker < 2 ? asio::any_io_executor{shared} : asio::make_strand(context);
        asio::co_spawn(where, everything(options), [&](std::exception_ptr failed) {
            asio::post(gate, [&, failed] { end(failed); });
        });
    }
    std::thread second;
    if (threads > 1)
        second = std::thread{[&] { context.run(); }};
    context.run();
    if (second.joinable())
        second.join();
}

} // namespace

int mixed() {
    run(1);
    run(2);
    std::printf("%d failures\n", failures.load());
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
