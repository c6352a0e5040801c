// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run.hpp"

#include "net/setup.hpp"
#include "net/stream/socket_stream.hpp"
#include "net/within.hpp"
#include "support/recorder.hpp"

#include <asio/local/stream_protocol.hpp>

#include <array>
#include <fcntl.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

net::socket_stream stream_over(unique_fd& fd) {
    net::stream_socket socket{shared_loop()};
    socket.assign(asio::generic::stream_protocol{AF_UNIX, 0}, ::dup(fd.get()));
    fd.close();
    return net::socket_stream{std::move(socket)};
}

std::array<std::uint8_t, 16> buffer;

TEST_CASE("a socket stream reads what is there, and its end is no error") {
    fd_pair pair = make_socket_pair();
    net::socket_stream one = stream_over(pair.first);
    write_all(pair.second.get(), text_bytes("hello"));
    const io_result got = run(one.read_some(buffer));
    CHECK_FALSE(got.code);
    CHECK(got.size == 5);
    pair.second.close();
    const io_result end = run(one.read_some(buffer));
    CHECK_FALSE(end.code);
    CHECK(end.size == 0);
}

TEST_CASE("a socket stream writes everything, and a closed peer is an error of the system") {
    fd_pair pair = make_socket_pair();
    net::socket_stream one = stream_over(pair.first);
    const bytes content = text_bytes("hello");
    CHECK(run(one.write(content)).size == 5);
    expect(pair.second.get(), content);
    pair.second.close();
    CHECK(run(one.write(content)).code == std::errc::broken_pipe);
}

TEST_CASE("a socket stream gives its descriptor away once, in blocking mode") {
    fd_pair pair = make_socket_pair();
    net::socket_stream one = stream_over(pair.first);
    write_all(pair.second.get(), text_bytes("x"));
    run(one.read_some(buffer)); // makes it non-blocking
    const unique_fd given{one.release()};
    REQUIRE(given.get() != -1);
    CHECK((::fcntl(given.get(), F_GETFL) & O_NONBLOCK) == 0);
    CHECK(one.release() == -1);
}

TEST_CASE("a read that is cut off by a limit leaves the stream usable") {
    fd_pair pair = make_socket_pair();
    net::socket_stream one = stream_over(pair.first);
    const stopwatch watch;
    CHECK_FALSE(run(net::within(30ms, one.read_some(buffer))));
    CHECK(watch.elapsed() >= 30ms);
    CHECK(watch.elapsed() < 3s);
    write_all(pair.second.get(), text_bytes("later"));
    const auto got = run(net::within(5s, one.read_some(buffer)));
    REQUIRE(got);
    CHECK(got->size == 5);
}

TEST_CASE("the calls of a socket stream never wait") {
    fd_pair pair = make_socket_pair();
    net::socket_stream one = stream_over(pair.first);
    CHECK(would_block(one.try_read(buffer)));
    CHECK(one.try_write(text_bytes("hello")).size == 5);
    expect(pair.second.get(), text_bytes("hello"));
    const bytes block(100'000, 'x');
    io_result last;
    for (int i = 0; i < 1'000 && !last.code; ++i)
        last = one.try_write(block);
    CHECK(would_block(last));
}

TEST_CASE("our half-close is seen by the peer, and its answer still comes") {
    fd_pair pair = make_socket_pair();
    net::socket_stream one = stream_over(pair.first);
    CHECK_FALSE(one.try_shut_down().code);
    expect_end(pair.second.get());
    write_all(pair.second.get(), text_bytes("answer"));
    CHECK(run(one.read_some(buffer)).size == 6);
    pair.second.close();
    CHECK(run(one.read_some(buffer)).size == 0);
    CHECK(one.try_write(text_bytes("x")).code == std::errc::broken_pipe);
}

TEST_CASE("an error of a set-up has its hop and phase") {
    net::setup where{nullptr};
    where.at_hop("proxy.example:1080");
    where.enter(phase::connect);
    const error why =
        where.fail(failure::proxy_unreachable, "gone", std::make_error_code(std::errc::timed_out));
    CHECK(to_string(why) == "proxy.example:1080: connect: gone");
    CHECK(why.kind == failure::proxy_unreachable);
    CHECK(why.code == std::errc::timed_out);
}

TEST_CASE("a phase is announced when it begins, and once") {
    recorder seen;
    net::setup where{&seen};
    where.at_hop("a");
    where.enter(phase::connect);
    where.enter(phase::connect);
    where.enter(phase::method);
    CHECK(seen.events == std::vector<std::string>{"phase connect", "phase method"});
    CHECK(where.at() == phase::method);
}

} // namespace
} // namespace sockscat::tests
