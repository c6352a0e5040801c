// SPDX-License-Identifier: MIT
#include "dial.hpp"

#include "ip_literal.hpp"
#include "lookup.hpp"
#include "net/asio_tokens.hpp"
#include "net/sockaddr.hpp"
#include "net/stream/socket_stream.hpp"
#include "net/syscall.hpp"
#include "race.hpp"

#include <sockscat/text.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <chrono>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace sockscat::net {
namespace {

std::string endpoint_text(const stream_endpoint& endpoint) {
    if (endpoint.protocol().family() == AF_UNIX)
        return "a Unix socket";
    const auto ip = from_sockaddr(endpoint.data());
    return ip ? to_string(*ip) : "an unknown address";
}

// Linux takes an unspecified address for loopback; then the socket knows better.
bool is_unspecified(const stream_endpoint& peer) {
    const auto ip = from_sockaddr(peer.data());
    return ip && is_unspecified(ip->host);
}

std::unique_ptr<stream> made_of(
    stream_socket connected, const stream_endpoint& peer, const setup& where) {
    auto made = is_unspecified(peer) ? std::make_unique<socket_stream>(std::move(connected))
                                     : std::make_unique<socket_stream>(std::move(connected), peer);
    if (where.watch() != nullptr && where.watch()->wants_addresses())
        where.watch()->on_connected(
            where.hop(), endpoint_text(made->peer()), endpoint_text(made->local()));
    return made;
}

std::string cause_of(const std::error_code& code, std::size_t tried) {
    std::string cause = code.message();
    if (!cause.empty())
        cause.front() = lower(cause.front());
    if (tried > 1)
        cause += " (" + std::to_string(tried) + " addresses tried)";
    return cause;
}

// Our own want of descriptors or memory says nothing about the proxy.
failure kind_of(const std::error_code& code) {
    const bool is_local = code == std::errc::too_many_files_open ||
                          code == std::errc::too_many_files_open_in_system ||
                          code == std::errc::not_enough_memory ||
                          code == std::errc::no_buffer_space;
    return is_local ? failure::stream : failure::proxy_unreachable;
}

asio::awaitable<result<std::unique_ptr<stream>>> dial_tcp(
    const proxy_spec& hop, address_family family, setup& where) {
    if (!ip_literal(hop.host))
        where.enter(phase::lookup);
    const lookup_result found = co_await lookup(hop.host, family);
    if (found.addresses.empty())
        co_return where.fail(failure::proxy_name, found.failure);
    where.enter(phase::connect);
    race_limits limits;
    limits.is_brief = where.is_brief();
    if (limits.is_brief)
        limits.until = where.end();
    race_result won = co_await race(found.addresses, hop.port, limits);
    if (!won.socket) {
        const std::error_code code = system_code(won.code);
        co_return where.fail(kind_of(code), cause_of(code, found.addresses.size()), code);
    }
    co_return made_of(std::move(*won.socket), won.peer, where);
}

// Directly: a Unix socket connects now or never, and from 1.22.2 on Asio takes a full backlog for a
// connection under way, and then for one that was made.
std::error_code try_connect(stream_socket& socket, const stream_endpoint& endpoint) {
    std::error_code failed;
    socket.open(endpoint.protocol(), failed);
    if (!failed)
        socket.non_blocking(true, failed);
    if (failed)
        return failed;
    const auto size = static_cast<socklen_t>(endpoint.size());
    return outcome(uninterrupted(
                       [&] { return ::connect(socket.native_handle(), endpoint.data(), size); }))
        .code;
}

// A full backlog is EAGAIN; nothing reports when to try again.
asio::awaitable<std::error_code> connect_unix(
    stream_socket& socket, const stream_endpoint& endpoint) {
    using namespace std::chrono_literals;
    asio::steady_timer pause{socket.get_executor()};
    for (;;) {
        const std::error_code code = try_connect(socket, endpoint);
        if (code != std::errc::resource_unavailable_try_again)
            co_return code;
        std::error_code ignored;
        socket.close(ignored);
        pause.expires_after(20ms);
        co_await pause.async_wait(as_tuple);
    }
}

asio::awaitable<result<std::unique_ptr<stream>>> dial_unix(const proxy_spec& hop, setup& where) {
    where.enter(phase::connect);
    stream_socket socket{co_await asio::this_coro::executor};
    const stream_endpoint endpoint{asio::local::stream_protocol::endpoint{hop.via.unix_path}};
    const std::error_code failed = system_code(co_await connect_unix(socket, endpoint));
    if (failed)
        co_return where.fail(kind_of(failed), cause_of(failed, 1), failed);
    co_return made_of(std::move(socket), endpoint, where);
}

} // namespace

asio::awaitable<result<std::unique_ptr<stream>>> dial(
    const proxy_spec& hop, address_family family, setup& where) {
    where.at_hop(hop.label());
    if (hop.via.is_unix())
        co_return co_await dial_unix(hop, where);
    co_return co_await dial_tcp(hop, family, where);
}

} // namespace sockscat::net
