// SPDX-License-Identifier: MIT
#include "net/asio_tokens.hpp"
#include "net/stream/socket_stream.hpp"
#include "support/fake_hop.hpp"
#include "support/recorder.hpp"
#include "support/run.hpp"

#include <sockscat/client.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using stream_pointer = std::unique_ptr<stream>;

address to_ip() {
    return {parse_host("192.0.2.1").value(), 80};
}

asio::awaitable<result<stream_pointer>> dial_loopback(std::uint16_t port) {
    net::stream_socket socket{co_await asio::this_coro::executor};
    const asio::ip::tcp::endpoint where{asio::ip::address_v4::loopback(), port};
    const auto [failed] = co_await socket.async_connect(net::stream_endpoint{where}, net::as_tuple);
    if (failed)
        co_return error{failure::proxy_unreachable, phase::none, failed.message()};
    co_return std::make_unique<net::socket_stream>(std::move(socket));
}

asio::awaitable<std::string> read_line(stream& from) {
    std::string line;
    for (;;) {
        bytes one(1);
        const io_result got = co_await from.read_some(one);
        if (got.size == 0 || one[0] == '\n')
            co_return line;
        line += static_cast<char>(one[0]);
    }
}

// The method of the scripted hop: the answer to a challenge is its letters from
// the back.
asio::awaitable<result<stream_pointer>> answer_backwards(stream_pointer over) {
    std::string said = co_await read_line(*over);
    std::reverse(said.begin(), said.end());
    const bytes answer = text_bytes(said + "\n");
    co_await over->write(answer);
    if (co_await read_line(*over) != "ok")
        co_return error{failure::credentials, phase::none, "the answer was wrong"};
    co_return over;
}

authenticator backwards(std::uint8_t method = 0x90) {
    authenticator own;
    own.method = method;
    own.run = answer_backwards;
    return own;
}

hop_wish challenging(std::string answer) {
    hop_wish wish;
    wish.method = 0x90;
    wish.challenge = "stressed";
    wish.answer = std::move(answer);
    return wish;
}

connect_options options_for(const std::string& url) {
    connect_options options;
    options.chain.push_back(parse_proxy_url(url).value());
    options.time_limit = patience;
    return options;
}

error failure_of(const connect_options& options) {
    const address destination = to_ip();
    auto made = run(connect(options, destination));
    REQUIRE_FALSE(made);
    return made.error();
}

void echoes(connection& through) {
    const bytes said = text_bytes("hello");
    run(through.io().write(said));
    bytes heard(said.size());
    CHECK(run(through.io().read_some(heard)).size == said.size());
    CHECK(heard == said);
}

TEST_CASE("the stream to the first hop may be the caller's, and nothing is "
          "looked up") {
    fake_hop hop{hop_wish{}, 0};
    connect_options options = options_for("socks5h://nowhere.invalid:1");
    std::string asked;
    options.dial = [&](const proxy_spec& first) {
        asked = first.label();
        return dial_loopback(hop.port());
    };
    const address destination = to_ip();
    auto made = run(connect(options.clone(), destination));
    REQUIRE(made);
    CHECK(asked == "nowhere.invalid:1");
    echoes(made.value());
}

TEST_CASE("TLS is put on top of the caller's stream") {
    hop_wish wish;
    wish.has_tls = true;
    fake_hop hop{wish, 0};
    connect_options options = options_for(hop.url());
    options.dial = [&](const proxy_spec&) { return dial_loopback(hop.port()); };
    const address destination = to_ip();
    auto made = run(connect(options, destination));
    REQUIRE(made);
    CHECK(made.value().io().is_private());
    echoes(made.value());
}

TEST_CASE("an error of the dial function names the hop and the phase") {
    connect_options options = options_for("socks5h://proxy.example");
    options.dial = [](const proxy_spec&) -> asio::awaitable<result<stream_pointer>> {
        co_return error{failure::proxy_unreachable, phase::none, "the line is busy"};
    };
    CHECK(to_string(failure_of(options)) == "proxy.example:1080: connect: the line is busy");
    options.dial = [](const proxy_spec&) -> asio::awaitable<result<stream_pointer>> {
        co_return stream_pointer{};
    };
    CHECK(failure_of(options).kind == failure::proxy_unreachable);
}

TEST_CASE("a dial function is cancelled when the limit runs out") {
    connect_options options = options_for("socks5h://proxy.example");
    options.time_limit = 50ms;
    bool was_ended = false;
    options.dial = [&](const proxy_spec&) -> asio::awaitable<result<stream_pointer>> {
        asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
        co_await timer.async_wait(net::as_tuple);
        was_ended = true;
        co_return stream_pointer{};
    };
    const error why = failure_of(options);
    CHECK(why.kind == failure::timeout);
    CHECK(why.at == phase::connect);
    CHECK(was_ended);
}

TEST_CASE("a method of the caller's own is offered and spoken") {
    fake_hop hop{challenging("desserts"), 0};
    connect_options options = options_for(hop.url());
    recorder seen;
    options.handshake.watch = &seen;
    options.handshake.authenticators.push_back(backwards());
    const address destination = to_ip();
    {
        auto made = run(connect(options, destination));
        REQUIRE(made);
        echoes(made.value());
    }
    hop.finish();
    CHECK(hop.asked_for() == "192.0.2.1:80");
    const bytes begin{hop.heard().begin(), hop.heard().begin() + 3};
    CHECK(begin == "05 01 90"_hex);
}

TEST_CASE("it is offered after the methods that are named") {
    fake_hop hop{challenging("desserts"), 0};
    connect_options options = options_for(hop.url());
    options.handshake.methods = {auth_method::none};
    options.handshake.authenticators.push_back(backwards());
    const address destination = to_ip();
    { REQUIRE(run(connect(options, destination))); }
    hop.finish();
    const bytes begin{hop.heard().begin(), hop.heard().begin() + 4};
    CHECK(begin == "05 02 00 90"_hex);
}

TEST_CASE("an error of an authenticator names the hop and the phase") {
    fake_hop hop{challenging("something else"), 0};
    connect_options options = options_for(hop.url());
    options.handshake.authenticators.push_back(backwards());
    const error why = failure_of(options);
    CHECK(why.kind == failure::credentials);
    CHECK(to_string(why) == hop.label() + ": auth: the answer was wrong");
}

TEST_CASE("an authenticator is cancelled when the limit runs out") {
    fake_hop hop{challenging("desserts"), 0};
    connect_options options = options_for(hop.url());
    options.time_limit = 100ms;
    authenticator slow = backwards();
    slow.run = [](stream_pointer) -> asio::awaitable<result<stream_pointer>> {
        asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
        const auto [code] = co_await timer.async_wait(net::as_tuple);
        co_return error{failure::stream, phase::none, code.message()};
    };
    options.handshake.authenticators.push_back(slow);
    const error why = failure_of(options);
    CHECK(why.kind == failure::timeout);
    CHECK(why.at == phase::auth);
}

TEST_CASE("authenticators that cannot work are refused before the first packet") {
    connect_options options = options_for("socks5h://proxy.example");
    const address destination = to_ip();
    const auto is_refused = [&](std::vector<authenticator> wanted) {
        options.handshake.authenticators = std::move(wanted);
        const auto checked = check(options, destination);
        return !checked && checked.error().kind == failure::usage;
    };
    authenticator empty = backwards();
    empty.run = nullptr;
    CHECK(is_refused({backwards(0x00)}));
    CHECK(is_refused({backwards(0xFF)}));
    CHECK(is_refused({empty}));
    CHECK(is_refused({backwards(), backwards()}));
    CHECK_FALSE(is_refused({backwards(), backwards(0x91)}));
    options.handshake.pipeline = true;
    CHECK(is_refused({backwards()}));
    CHECK(is_refused({backwards(0x02)}));
    options.handshake.pipeline = false;
    options.handshake.methods = {auth_method::none, auth_method::gost_tls};
    CHECK(is_refused({backwards(0x80)}));
    CHECK_FALSE(is_refused({backwards(0x01)}));
}

} // namespace
} // namespace sockscat::tests
