// SPDX-License-Identifier: MIT
#include "support/streams.hpp"
#include "support/tls_client.hpp"
#include "support/tls_terminator.hpp"

#include <sockscat/local_end.hpp>
#include <sockscat/relay.hpp>

#include <atomic>
#include <poll.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
constexpr std::size_t megabytes = 6 * 1024 * 1024 + 13;

tls_server_wish of_version(int version) {
    tls_server_wish wish;
    wish.newest = version;
    return wish;
}

// Everything up to an end or an error, and that.
struct arrival {
    bytes content;
    std::error_code code;
};

arrival read_all(stream& from) {
    arrival out;
    bytes buffer(65'536);
    for (;;) {
        const io_result got = run(from.read_some(buffer));
        if (got.code || got.size == 0) {
            out.code = got.code;
            return out;
        }
        out.content.insert(
            out.content.end(), buffer.begin(),
            buffer.begin() + static_cast<std::ptrdiff_t>(got.size));
    }
}

void make_narrow(const unique_fd& fd) {
    const int small = 2048;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
}

fd_pair narrow_pair() {
    fd_pair wires = make_socket_pair();
    make_narrow(wires.first);
    make_narrow(wires.second);
    return wires;
}

// Counts how often it is asked to read or to write.
class counting_stream final : public lent_stream {
  public:
    counting_stream(std::unique_ptr<stream> under, std::atomic<int>& calls)
        : lent_stream{*under}, under_{std::move(under)}, calls_{calls} {}

    io_result try_read(std::span<std::uint8_t> buffer) override {
        ++calls_;
        return under_->try_read(buffer);
    }
    io_result try_write(std::span<const std::uint8_t> content) override {
        ++calls_;
        return under_->try_write(content);
    }

  private:
    std::unique_ptr<stream> under_;
    std::atomic<int>& calls_;
};

TEST_CASE("TLS carries bytes both ways, and is private whatever is below") {
    for (const int version : versions) {
        tls_pair both{of_version(version)};
        const bytes ping = text_bytes("ping");
        CHECK(run(both.near->write(ping)).size == 4);
        CHECK(both.far.read_exactly(4) == ping);
        both.far.write(text_bytes("pong"));
        both.far.end();
        const arrival got = read_all(*both.near);
        CHECK(got.content == text_bytes("pong"));
        CHECK_FALSE(got.code);
    }
}

TEST_CASE("an end of TLS without close_notify is an error behind everything that came") {
    for (const int version : versions) {
        tls_pair both{of_version(version)};
        both.far.write(bytes(50'000, 'x'));
        both.far_fd.close();
        const arrival got = read_all(*both.near);
        CHECK(got.content == bytes(50'000, 'x'));
        CAPTURE(got.code.message());
        CHECK(got.code.category() == tls_category());
        CHECK(got.code.message().find("close_notify") != std::string::npos);
        bytes buffer(10);
        const io_result again = run(both.near->read_some(buffer));
        CHECK(again.code); // and stays one
        CHECK(again.size == 0);
    }
}

TEST_CASE("a reset below TLS is the error of the connection") {
    tls_pair both{{}, make_tcp_pair()};
    both.far.write(text_bytes("last words"));
    bytes buffer(100);
    CHECK(run(both.near->read_some(buffer)).size == 10);
    reset_on_close(both.far_fd.get());
    both.far_fd.close();
    const io_result got = run(both.near->read_some(buffer));
    CHECK(got.code == std::errc::connection_reset);
}

TEST_CASE("after close_notify of the other side we can go on sending") {
    for (const int version : versions) {
        tls_pair both{of_version(version)};
        both.far.write(text_bytes("done"));
        both.far.end();
        const arrival got = read_all(*both.near);
        CHECK(got.content == text_bytes("done"));
        CHECK_FALSE(got.code);
        const bytes more = text_bytes("still here");
        CHECK(run(both.near->write(more)).size == more.size());
        CHECK_FALSE(both.near->try_shut_down().code);
        CHECK(both.far.read_to_end() == more);
    }
}

TEST_CASE("after our close_notify we go on receiving") {
    for (const int version : versions) {
        tls_pair both{of_version(version)};
        const bytes question = text_bytes("question");
        CHECK(run(both.near->write(question)).size == question.size());
        CHECK_FALSE(both.near->try_shut_down().code);
        CHECK_FALSE(both.near->try_shut_down().code); // twice is no harm
        CHECK(both.far.read_to_end() == question);
        both.far.write(bytes(100'000, 'a'));
        both.far.end();
        const arrival got = read_all(*both.near);
        CHECK(got.content.size() == 100'000);
        CHECK_FALSE(got.code);
    }
}

TEST_CASE("a TLS stream that is given up says close_notify") {
    tls_pair both;
    const bytes last = text_bytes("bye");
    CHECK(run(both.near->write(last)).size == 3);
    both.near.reset();
    CHECK(both.far.read_to_end() == last);
}

TEST_CASE("a write to a peer that is gone is an error, not a signal") {
    tls_pair both;
    both.far_fd.close();
    const bytes some(100'000, 'x');
    CHECK(run(both.near->write(some)).code);
}

// Both directions at a time through one loop, as relay() does it.
void exchange_megabytes(tls_pair& both) {
    const bytes up = pattern(megabytes, 1);
    const bytes down = pattern(megabytes, 2);
    fd_pair inside = make_socket_pair();
    tls_terminator far{std::move(both.far_fd), std::move(both.far), std::move(inside.first)};
    bytes heard;
    background reader{[&] { heard = read_exactly(inside.second.get(), megabytes); }};
    background writer{[&] { write_all(inside.second.get(), down); }};
    fd_pair in = make_pipe();
    fd_pair out = make_pipe();
    background feeder{[&] {
        write_all(in.second.get(), up);
        in.second.close();
    }};
    bytes came;
    background drain{[&] { came = read_exactly(out.first.get(), megabytes); }};
    relay_options options;
    options.on_eof = end_of_input::half_close;
    options.idle_limit = patience;
    background closer{[&] {
        reader.finish();
        writer.finish();
        inside.second.close();
    }};
    const local_end input{in.first.get(), local_end::use::input};
    local_end output{out.second.get(), local_end::use::output};
    const relay_result result = relay(*both.near, input, output, options);
    closer.finish();
    feeder.finish();
    drain.finish();
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(result.bytes.sent == megabytes);
    CHECK(result.bytes.received == megabytes);
    CHECK(heard == up);
    CHECK(came == down);
}

TEST_CASE("megabytes travel both ways at a time through TLS over tiny buffers") {
    for (const int version : versions) {
        tls_pair both{of_version(version), narrow_pair()};
        exchange_megabytes(both);
    }
}

TEST_CASE("TLS inside TLS carries megabytes both ways") {
    fd_pair outside = make_tcp_pair();
    fd_pair middle = make_socket_pair();
    tls_server_wish outer;
    outer.shows.names = "DNS:outer.test";
    tls_terminator terminator{std::move(outside.second), outer, std::move(middle.first)};
    auto made =
        secure_over(stream_over(std::move(outside.first), AF_INET), trusting_tests(), "outer.test");
    REQUIRE(made);
    tls_server inner{middle.second.get()};
    background server{[&] { must(inner.handshake()); }};
    auto twice = secure_over(std::move(made).value(), trusting_tests(), "proxy.test");
    server.finish();
    REQUIRE(twice);
    CHECK(inner.server_name() == "proxy.test");
    const bytes up = pattern(megabytes, 3);
    const bytes down = pattern(megabytes, 4);
    background echo{[&] {
        must(inner.read_exactly(megabytes) == up);
        inner.write(down);
        inner.end();
    }};
    CHECK(run(twice.value()->write(up)).size == megabytes);
    const arrival got = read_all(*twice.value());
    echo.finish();
    CHECK(got.content == down);
    CHECK_FALSE(got.code);
}

TEST_CASE("what the outer TLS has read ahead is told by has_buffered of the inner one") {
    fd_pair outside = make_socket_pair();
    fd_pair middle = make_socket_pair();
    tls_server outer{outside.second.get()};
    background first{[&] { must(outer.handshake()); }};
    auto made = secure_over(stream_over(std::move(outside.first)), trusting_tests(), "proxy.test");
    first.finish();
    REQUIRE(made);
    tls_server inner{middle.second.get()};
    std::atomic<bool> stopped{false};
    background between{[&] { // each record of the inner TLS in one of its own of the outer TLS
        while (!stopped) {
            bytes up;
            outer.take(up);
            if (!up.empty())
                write_all(middle.first.get(), up);
            if (is_readable(middle.first.get()))
                outer.write(read_some(middle.first.get()));
        }
    }};
    background second{[&] { must(inner.handshake()); }};
    auto twice = secure_over(std::move(made).value(), trusting_tests(), "proxy.test");
    second.finish();
    REQUIRE(twice);
    stream& tls = *twice.value();
    bytes buffer(4096);
    while (tls.try_read(buffer).size > 0) { // the tickets
    }
    stopped = true;
    between.finish();
    for (int i = 0; i < 5; ++i) {
        inner.write(bytes(100, 'r'));
        outer.write(read_some(middle.first.get()));
    }
    std::size_t all = 0;
    do {
        all += tls.try_read(buffer).size;
    } while (tls.has_buffered());
    CHECK(all == 500);
    CHECK(would_block(tls.try_read(buffer)));
}

TEST_CASE("TLS inside TLS says why its certificate is not trusted") {
    fd_pair outside = make_socket_pair();
    fd_pair middle = make_socket_pair();
    tls_terminator terminator{
        std::move(outside.second), tls_server_wish{}, std::move(middle.first)};
    auto made = secure_over(stream_over(std::move(outside.first)), trusting_tests(), "proxy.test");
    REQUIRE(made);
    tls_server inner{middle.second.get()};
    background server{[&] { must(!inner.handshake()); }};
    const auto twice = secure_over(std::move(made).value(), trusting_tests(), "other.test");
    server.finish();
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == tls_errc::wrong_name);
    CHECK(inner.problem().find("alert") != std::string::npos);
}

TEST_CASE("the end of the outer TLS without close_notify cuts the inner one short") {
    fd_pair outside = make_socket_pair();
    fd_pair middle = make_socket_pair();
    auto terminator = std::make_unique<tls_terminator>(
        std::move(outside.second), tls_server_wish{}, std::move(middle.first));
    auto made = secure_over(stream_over(std::move(outside.first)), trusting_tests(), "proxy.test");
    REQUIRE(made);
    tls_server inner{middle.second.get()};
    background server{[&] { must(inner.handshake()); }};
    auto twice = secure_over(std::move(made).value(), trusting_tests(), "proxy.test");
    server.finish();
    REQUIRE(twice);
    inner.write(text_bytes("before"));
    bytes buffer(100);
    CHECK(run(twice.value()->read_some(buffer)).size == 6);
    terminator->cut();
    const arrival got = read_all(*twice.value());
    CHECK(got.code.category() == tls_category());
}

TEST_CASE("a part of a record is nothing to read, and no reason to ask again and again") {
    fd_pair near = make_socket_pair();
    fd_pair far = make_socket_pair();
    tls_server server{far.second.get()};
    wire between{near.second.get(), far.first.get()};
    background peer{[&] { must(server.handshake()); }};
    auto made = secure_over(stream_over(std::move(near.first)), trusting_tests(), "proxy.test");
    peer.finish();
    REQUIRE(made);
    between.stop();
    stream& tls = *made.value();
    bytes buffer(4096);
    while (tls.try_read(buffer).size > 0) {
    }
    server.write(bytes(1000, 'r'));
    const bytes record = read_some(far.first.get());
    REQUIRE(record.size() > 1000);
    for (std::size_t i = 0; i + 1 < record.size(); i += 100) {
        const std::size_t end = std::min(i + 100, record.size() - 1);
        write_all(
            near.second.get(), {record.begin() + static_cast<std::ptrdiff_t>(i),
                                record.begin() + static_cast<std::ptrdiff_t>(end)});
        CHECK(would_block(tls.try_read(buffer)));
        CHECK_FALSE(tls.has_buffered());
        CHECK(tls.read_events() == POLLIN);
    }
    write_all(near.second.get(), {record.back()});
    CHECK(tls.try_read(buffer).size == 1000);
    CHECK(would_block(tls.try_read(buffer)));
    CHECK_FALSE(tls.has_buffered());
}

TEST_CASE("what TLS has read ahead is told by has_buffered") {
    tls_pair both;
    for (int i = 0; i < 5; ++i)
        both.far.write(bytes(100, 'r'));
    bytes buffer(30);
    pollfd one{both.near->descriptor(), POLLIN, 0};
    REQUIRE(::poll(&one, 1, 5000) == 1);
    std::size_t all = 0;
    int calls = 0;
    do {
        all += both.near->try_read(buffer).size;
        ++calls;
    } while (both.near->has_buffered() && calls < 1000);
    CHECK(all == 500);
    CHECK(calls <= 5 * 4 + 2);
}

TEST_CASE("an idle TLS tunnel costs nothing") {
    std::atomic<int> calls{0};
    fd_pair wires = make_socket_pair();
    tls_server far{wires.second.get()};
    background peer{[&] { must(far.handshake()); }};
    auto made = secure_over(
        std::make_unique<counting_stream>(stream_over(std::move(wires.first)), calls),
        trusting_tests(), "proxy.test");
    peer.finish();
    REQUIRE(made);
    const int before = calls;
    fd_pair in = make_pipe();
    fd_pair out = make_pipe();
    far.write(text_bytes("some"));
    relay_options options;
    options.idle_limit = 400ms;
    const local_end input{in.first.get(), local_end::use::input};
    local_end output{out.second.get(), local_end::use::output};
    const relay_result result = relay(*made.value(), input, output, options);
    CHECK(result.ended_by == relay_end::idle);
    CHECK(result.bytes.received == 4);
    CHECK(calls - before < 20);
}

TEST_CASE("new keys in the middle of a stream are no matter") {
    for (const int version : versions) {
        tls_pair both{of_version(version)};
        background peer{[&] {
            both.far.write(text_bytes("before"));
            both.far.update_keys();
            both.far.write(text_bytes("after"));
            must(both.far.read_exactly(100'000) == bytes(100'000, 'u'));
            both.far.end();
        }};
        bytes buffer(100);
        bytes came;
        while (came.size() < 11) {
            const io_result got = run(both.near->read_some(buffer));
            REQUIRE_FALSE(got.code);
            REQUIRE(got.size > 0);
            came.insert(
                came.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got.size));
        }
        CHECK(came == text_bytes("beforeafter"));
        const bytes up(100'000, 'u');
        CHECK(run(both.near->write(up)).size == up.size());
        CHECK_FALSE(read_all(*both.near).code);
        peer.finish();
    }
}

// There is always something to read: it waits for it, and counts it.
class never_dry final : public lent_stream {
  public:
    never_dry(std::unique_ptr<stream> under, std::size_t& taken)
        : lent_stream{*under}, under_{std::move(under)}, taken_{taken} {}

    io_result try_read(std::span<std::uint8_t> buffer) override {
        pollfd one{under_->descriptor(), POLLIN, 0};
        ::poll(&one, 1, 5'000);
        const io_result got = under_->try_read(buffer);
        taken_ += got.size;
        return got;
    }

  private:
    std::unique_ptr<stream> under_;
    std::size_t& taken_;
};

TEST_CASE("a peer that sends tickets without end does not keep us in a read") {
    std::atomic<bool> given_up{false};
    fd_pair wires = make_socket_pair();
    background peer{[&] {
        tls_server far{wires.second.get()};
        must(far.handshake());
        for (int tickets = 0; tickets < 50'000 && !given_up; ++tickets)
            far.send_ticket(); // that nobody is there is no error of it
        must(given_up);
    }};
    {
        std::size_t taken = 0;
        auto near = secure_over(
            std::make_unique<never_dry>(stream_over(std::move(wires.first)), taken),
            trusting_tests(), "proxy.test");
        REQUIRE(near);
        taken = 0;
        bytes buffer(10);
        const io_result got = near.value()->try_read(buffer);
        CHECK(got.size == 0);
        given_up = true;
        CHECK(got.code == tls_errc::no_content);
        CHECK(taken <= 128 * 1024); // 5,000 new keys: a tenth of a second
    }
    peer.finish();
}

TEST_CASE("a write that blocked goes on with more bytes at another place") {
    tls_pair both{{}, narrow_pair()};
    const bytes all = pattern(200'000, 9);
    std::size_t done = 0;
    io_result gone;
    do {
        const bytes copy{all.begin() + static_cast<std::ptrdiff_t>(done), all.begin() + 100'000};
        gone = both.near->try_write(copy);
        done += gone.size;
    } while (!gone.code);
    REQUIRE(would_block(gone));
    CHECK(both.near->write_events() == POLLOUT);
    bytes heard;
    background peer{[&] { heard = both.far.read_exactly(all.size()); }};
    const bytes rest{all.begin() + static_cast<std::ptrdiff_t>(done), all.end()};
    CHECK(run(both.near->write(rest)).size == rest.size());
    peer.finish();
    CHECK(heard == all);
}

} // namespace
} // namespace sockscat::tests
