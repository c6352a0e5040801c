// SPDX-License-Identifier: MIT
#include "dns_question.hpp"

#include <sockscat/dns_client.hpp>

#include <chrono>

namespace sockscat::probing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds between{1'000};

connect_options copy_of(const connect_options& options, bool logs_in) {
    connect_options out;
    for (const proxy_spec& each : options.chain)
        out.chain.push_back(each.clone());
    out.chain.back().names = name_resolution::proxy;
    out.chain.back().protocol = proxy_protocol::socks5;
    out.family = options.family;
    out.dial = options.dial;
    out.time_limit = options.time_limit;
    out.handshake.methods = {logs_in ? auth_method::password : auth_method::none};
    out.handshake.watch = options.handshake.watch;
    return out;
}

std::string text_of(const dns_answer& got) {
    const std::string dropped = to_string(got.dropped);
    if (got.why->code == dns_errc::no_answer && dropped.empty())
        return "no datagram came back within 3 s";
    if (got.why->code == dns_errc::no_answer)
        return "no answer came back within 3 s; dropped: " + dropped;
    if (got.why->code == dns_errc::association_ended)
        return "the association ended" + (dropped.empty() ? "" : "; dropped: " + dropped);
    return got.why->cause;
}

} // namespace

asio::awaitable<dns_outcome> ask_dns(
    const connect_options& options, const address& server, bool logs_in) {
    dns_client_options by_udp;
    by_udp.ways = {dns_way::udp};
    by_udp.server = server;
    by_udp.udp_wait = between;
    dns_client client{copy_of(options, logs_in), by_udp};
    dns_query query;
    query.subject = host_name{"."};
    query.types = {type_ns};
    const dns_reply reply = co_await client.ask(query);
    dns_outcome out;
    out.elapsed_ms = reply.answers.front().elapsed_ms;
    if (!out.elapsed_ms)
        out.failure = text_of(reply.answers.front());
    co_return out;
}

} // namespace sockscat::probing
