// SPDX-License-Identifier: MIT
#include "dns_question.hpp"

#include "net/within.hpp"

#include <sockscat/association.hpp>
#include <sockscat/dns_message.hpp>
#include <sockscat/libraries.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>

namespace sockscat::probing {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int attempts = 3;
constexpr milliseconds between{1'000};

connect_options copy_of(const connect_options& options, bool logs_in) {
    connect_options out;
    for (const proxy_spec& each : options.chain)
        out.chain.push_back(each.clone());
    out.chain.back().names = name_resolution::proxy;
    out.chain.back().protocol = proxy_protocol::socks5;
    out.family = options.family;
    out.time_limit = options.time_limit;
    out.handshake.methods = {logs_in ? auth_method::password : auth_method::none};
    out.handshake.watch = options.handshake.watch;
    return out;
}

// True when an answer came.
asio::awaitable<bool> hear(association& through, const dns_question& question) {
    for (;;) {
        for (const incoming_datagram& each : through.receive())
            if (decode_response(each.data, question).fault != dns_fault::stranger)
                co_return true;
        const auto more = co_await through.wait_for_datagrams();
        if (!more)
            co_return false;
    }
}

} // namespace

asio::awaitable<dns_outcome> ask_dns(
    const connect_options& options, const address& server, bool logs_in) {
    const connect_options through = copy_of(options, logs_in);
    associate_options wishes;
    dns_outcome out;
    if (const auto there = need(library::ldns); !there) {
        out.failure = there.error().cause;
        co_return out;
    }
    auto made = co_await associate(through, wishes);
    if (!made) {
        out.failure = made.error().cause;
        co_return out;
    }
    association relay = std::move(made).value();
    dns_question question;
    question.name = ".";
    question.type = type_ns;
    question.id = static_cast<std::uint16_t>(std::random_device{}());
    const std::vector<std::uint8_t> asked = encode_query(question);
    const std::array<outgoing_datagram, 1> datagrams{outgoing_datagram{server, asked}};
    for (int i = 0; i < attempts; ++i) {
        const auto start = clock::now();
        relay.send(datagrams);
        auto hearing = hear(relay, question);
        const auto heard = co_await net::within(between, std::move(hearing));
        if (heard && *heard) {
            out.elapsed_ms =
                std::chrono::duration<double, std::milli>{clock::now() - start}.count();
            co_return out;
        }
        if (heard) {
            out.failure = "the association ended";
            co_return out;
        }
    }
    out.failure = "no datagram came back within 3 s";
    co_return out;
}

} // namespace sockscat::probing
