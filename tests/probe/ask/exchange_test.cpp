// SPDX-License-Identifier: MIT
// How long one connection may take, whatever holds it up; and by which way it goes.
#include "support/run.hpp"

#include "probe/ask/dns_question.hpp"
#include "probe/ask/exchange.hpp"

#include <sockscat/probe.hpp>

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <thread>

namespace sockscat::tests {
namespace {

using namespace probing;
using namespace std::chrono_literals;
using proto::socks5::method;

asio::awaitable<result<std::unique_ptr<stream>>> dial_for_ever(const proxy_spec&) {
    asio::steady_timer never{co_await asio::this_coro::executor, 24h};
    std::error_code cancelled;
    co_await never.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return error{failure::proxy_unreachable, phase::connect, "cancelled"};
}

TEST_CASE("what the caller dials has no more time than the connection") {
    connect_options connection;
    connection.chain.push_back(parse_proxy_url("socks5h://192.0.2.1:1080").value());
    connection.time_limit = 200ms;
    connection.dial = dial_for_ever;
    const probe_options options;
    operation<probe_report> asking{probe(connection, options)};
    const probe_report report = asking.value(5s);
    CHECK(report.verdict == probe_verdict::unreachable);
    REQUIRE(report.why);
    CHECK(report.why->kind == failure::timeout);
}

TEST_CASE("a proxy that is not there is dialled once") {
    probe_options options;
    options.targets.push_back(address{parse_host("target.test").value(), 443});
    for (const char* const url :
         {"socks5h://127.0.0.1:1", "socks4a://127.0.0.1:1", "http://127.0.0.1:1"}) {
        CAPTURE(url);
        connect_options connection;
        connection.chain.push_back(parse_proxy_url(url).value());
        std::size_t dialled = 0;
        connection.dial =
            [&](const proxy_spec&) -> asio::awaitable<result<std::unique_ptr<stream>>> {
            ++dialled;
            co_return error{failure::proxy_unreachable, phase::connect, "not today"};
        };
        CHECK(run(probe(connection, options)).verdict == probe_verdict::unreachable);
        CHECK(dialled == 1);
    }
}

TEST_CASE("a DNS server is asked through what the caller dials") {
    connect_options connection;
    connection.chain.push_back(parse_proxy_url("socks5h://127.0.0.1:1").value());
    std::size_t dialled = 0;
    connection.dial = [&](const proxy_spec&) -> asio::awaitable<result<std::unique_ptr<stream>>> {
        ++dialled;
        co_return error{failure::proxy_unreachable, phase::connect, "not today"};
    };
    const dns_outcome got =
        run(ask_dns(connection, address{parse_host("192.0.2.53").value(), 53}, false));
    CHECK(dialled > 0);
    CHECK_THAT(got.failure, Catch::Matchers::ContainsSubstring("not today"));
}

TEST_CASE("TLS by a method has no more time than is left") {
    const listener proxy;
    background late{[&] {
        const unique_fd client = proxy.accept();
        const bytes greeting = read_exactly(client.get(), 4);
        std::this_thread::sleep_for(1'000ms);
        write_all(client.get(), bytes{0x05, 0x80});
        read_to_end(client.get()); // no ServerHello
    }};
    connect_options connection;
    connection.chain.push_back(
        parse_proxy_url("socks5h://127.0.0.1:" + std::to_string(proxy.port())).value());
    exchange_plan plan = offer(method::gost_tls, method::gost_tls_password);
    plan.limit = 1'500ms;
    const answer got = run(exchange(connection, plan));
    CHECK(got.how == ending::timeout);
    CHECK(got.at == phase::tls);
    CHECK(got.took_ms >= 1'500);
    CHECK(got.took_ms < 2'900); // with a limit of its own, 3 s
    late.finish();
}

} // namespace
} // namespace sockscat::tests
