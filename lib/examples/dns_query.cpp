// SPDX-License-Identifier: MIT
// usage: dns_query PROXY SERVER NAME
// A DNS query in UDP datagrams through a SOCKS5 proxy (UDP ASSOCIATE): prints the addresses of
// NAME, as the DNS server at the IP address SERVER knows them. This shows datagrams; programs that
// only want an answer use dns_client.hpp, which also has TCP and TLS.
#include <sockscat/association.hpp>
#include <sockscat/dns_message.hpp>
#include <sockscat/dns_name.hpp>
#include <sockscat/libraries.hpp>

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <cstdio>
#include <exception>
#include <optional>
#include <random>
#include <string>

namespace {

using namespace asio::experimental::awaitable_operators;

constexpr int attempts = 3;
constexpr std::chrono::seconds wait_for_answer{2};

int failed(const std::string& why) {
    std::fprintf(stderr, "dns_query: %s\n", why.c_str());
    return 1;
}

// The answer among the datagrams that have come, if it is there.
std::optional<sockscat::dns_response> find_answer(
    sockscat::association& relay, const sockscat::dns_question& question) {
    for (const sockscat::incoming_datagram& each : relay.receive()) {
        const auto reading = sockscat::decode_response(each.data, question);
        if (!reading.fault)
            return reading.response;
    }
    return std::nullopt;
}

int print(const sockscat::dns_response& response) {
    if (response.rcode != 0)
        return failed("the server answers " + sockscat::rcode_name(response.rcode));
    for (const sockscat::dns_record& each : response.answers)
        std::puts(each.data.c_str());
    return 0;
}

asio::awaitable<int> ask(
    const sockscat::connect_options& options,
    const sockscat::address& server,
    const sockscat::dns_question& question) {
    const sockscat::associate_options wanted; // the usual
    auto made = co_await sockscat::associate(options, wanted);
    if (!made)
        co_return failed(to_string(made.error()));
    sockscat::association& relay = made.value();

    const auto query = sockscat::encode_query(question);
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (int attempt = 0; attempt < attempts; ++attempt) { // datagrams can be lost
        const sockscat::outgoing_datagram datagram{server, query};
        relay.send({&datagram, 1});
        timer.expires_after(wait_for_answer);
        for (;;) {
            const auto first =
                co_await (relay.wait_for_datagrams() || timer.async_wait(asio::use_awaitable));
            if (first.index() == 1)
                break; // the time is up
            if (!std::get<0>(first))
                co_return failed(to_string(std::get<0>(first).error()));
            if (const auto answer = find_answer(relay, question))
                co_return print(*answer);
        }
    }
    co_return failed("no answer");
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: dns_query PROXY SERVER NAME\n", stderr);
        return 2;
    }
    auto proxy = sockscat::parse_proxy_url(argv[1]);
    if (!proxy)
        return failed(to_string(proxy.error()));
    const auto server = sockscat::parse_ip(argv[2]);
    if (!server)
        return failed("SERVER must be an IP address");
    const auto named = sockscat::check_dns_name(argv[3]);
    if (!named)
        return failed(to_string(named.error()));
    const auto reader = sockscat::need(sockscat::library::ldns); // of decode_response()
    if (!reader)
        return failed(to_string(reader.error()));
    sockscat::dns_question question;
    question.name = argv[3];
    question.id = static_cast<std::uint16_t>(std::random_device{}());

    sockscat::connect_options options;
    options.chain.push_back(std::move(proxy).value());
    options.time_limit = std::chrono::seconds{10};

    int status = 1;
    const sockscat::address target{*server, 53};
    asio::io_context context;
    asio::co_spawn(
        context, ask(options, target, question), [&](std::exception_ptr thrown, int returned) {
            if (thrown)
                std::rethrow_exception(thrown);
            status = returned;
        });
    context.run();
    return status;
}
