// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run.hpp"

#include "net/dial/race.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using net::interleave;
using net::race;

std::vector<asio::ip::address> ips(const std::vector<const char*>& texts) {
    std::vector<asio::ip::address> out;
    for (const char* const text : texts)
        out.push_back(asio::ip::make_address(text));
    return out;
}

std::string remote_of(const net::stream_socket& socket) {
    sockaddr_in where{};
    const auto endpoint = socket.remote_endpoint();
    std::memcpy(&where, endpoint.data(), std::min(endpoint.size(), sizeof where));
    return asio::ip::address_v4{ntohl(where.sin_addr.s_addr)}.to_string();
}

int option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(fd, level, name, &value, &size);
    return value;
}

TEST_CASE("families alternate, beginning with that of the first address") {
    CHECK(
        interleave(ips({"::1", "::2", "::3", "1.1.1.1", "2.2.2.2"})) ==
        ips({"::1", "1.1.1.1", "::2", "2.2.2.2", "::3"}));
    CHECK(interleave(ips({"1.1.1.1", "::1"})) == ips({"1.1.1.1", "::1"}));
    CHECK(interleave(ips({"1.1.1.1", "2.2.2.2"})) == ips({"1.1.1.1", "2.2.2.2"}));
    CHECK(interleave({}).empty());
}

TEST_CASE("the first address that answers wins, and later ones are left alone") {
    const listener server;
    const listener later{"127.0.0.3", server.port()};
    auto won = run(race(ips({"127.0.0.1", "127.0.0.3"}), server.port()));
    REQUIRE(won.socket);
    CHECK(remote_of(*won.socket) == "127.0.0.1");
    CHECK(server.is_asked());
    CHECK_FALSE(later.is_asked());
}

TEST_CASE("an address that refuses is passed over at once") {
    const listener server;
    const stopwatch watch;
    auto won = run(race(ips({"127.0.0.2", "127.0.0.4", "127.0.0.1"}), server.port()));
    REQUIRE(won.socket);
    CHECK(remote_of(*won.socket) == "127.0.0.1");
    CHECK(watch.elapsed() < 200ms); // twice the delay between attempts would be 500
}

TEST_CASE("an address that is silent is passed over after the delay of RFC 8305") {
    const listener server;
    listener silent{"127.0.0.2", server.port()};
    silent.fill_backlog();
    const stopwatch watch;
    auto won = run(race(ips({"127.0.0.2", "127.0.0.1"}), server.port()));
    REQUIRE(won.socket);
    CHECK(remote_of(*won.socket) == "127.0.0.1");
    CHECK(watch.elapsed() >= 240ms);
    CHECK(watch.elapsed() < 3s);
}

TEST_CASE("when every address fails, the reason of the first is told") {
    const auto lost = run(race(ips({"127.0.0.1", "127.0.0.2", "255.255.255.255"}), closed_port()));
    CHECK_FALSE(lost.socket);
    CHECK(lost.code == asio::error::connection_refused);
}

TEST_CASE("a race without addresses ends without a socket") {
    CHECK_FALSE(run(race({}, 80)).socket);
}

TEST_CASE("cancelling a race closes all its attempts") {
    listener silent;
    silent.fill_backlog();
    const stopwatch watch;
    const auto addresses = ips({"127.0.0.1"});
    operation<net::race_result> one{race(addresses, silent.port())};
    one.poll();
    one.cancel();
    CHECK(one.run());
    CHECK((!one.outcome() || !one.outcome()->socket));
    CHECK(watch.elapsed() < 2s);
}

TEST_CASE("the socket that won sends small pieces at once and is kept alive") {
    const listener server;
    auto won = run(race(ips({"127.0.0.1"}), server.port()));
    REQUIRE(won.socket);
    CHECK(option(won.socket->native_handle(), IPPROTO_TCP, TCP_NODELAY) == 1);
    CHECK(option(won.socket->native_handle(), SOL_SOCKET, SO_KEEPALIVE) == 1);
}

TEST_CASE("a race that has an end is lost then") {
    listener silent;
    silent.fill_backlog();
    const stopwatch watch;
    net::race_limits limits;
    limits.until = std::chrono::steady_clock::now() + 80ms;
    const auto lost = run(race(ips({"127.0.0.1"}), silent.port(), limits));
    CHECK_FALSE(lost.socket);
    CHECK(lost.code.value() == ETIMEDOUT);
    CHECK(watch.elapsed() >= 80ms);
    CHECK(watch.elapsed() < 2s);
}

TEST_CASE("a socket for a brief question is left as it is") {
    const listener server;
    net::race_limits limits;
    limits.is_brief = true;
    auto won = run(race(ips({"127.0.0.1"}), server.port(), limits));
    REQUIRE(won.socket);
    CHECK(option(won.socket->native_handle(), IPPROTO_TCP, TCP_NODELAY) == 0);
    CHECK(option(won.socket->native_handle(), SOL_SOCKET, SO_KEEPALIVE) == 0);
}

} // namespace
} // namespace sockscat::tests
