// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/io.hpp"
#include "support/streams.hpp"

#include <sockscat/relay.hpp>

#include <fcntl.h>
#include <future>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

constexpr auto short_time = 60ms;
constexpr auto bound = 5s; // nothing here takes so long unless it hangs

// The relay in the middle: input and output are pipes, `far` is the far side of the tunnel.
struct scene {
    explicit scene(fd_pair tunnel = make_socket_pair())
        : near{std::move(tunnel.first)}, far{std::move(tunnel.second)} {
        fd_pair in = make_pipe();
        input = std::move(in.first);
        feed = std::move(in.second);
        fd_pair out = make_pipe();
        drain = std::move(out.first);
        output = std::move(out.second);
        options.eof_delay = short_time;
    }

    relay_result run() {
        if (!options.idle_limit)
            options.idle_limit = patience; // no test hangs
        const stopwatch watch;
        borrowed_stream tunnel{near.get()};
        const local_end in{input.get(), local_end::use::input};
        local_end out{output.get(), local_end::use::output};
        const relay_result result = relay(tunnel, in, out, options);
        took = watch.elapsed();
        CHECK(took < bound);
        return result;
    }

    // What was delivered so far; ends the output.
    bytes delivered() {
        output.close();
        return read_to_end(drain.get());
    }

    void send_all(std::string_view text) {
        write_all(feed.get(), text_bytes(text));
        feed.close();
    }

    unique_fd near, far, input, feed, output, drain;
    relay_options options;
    std::chrono::milliseconds took{0};
};

bool sees_no_end(int fd) {
    std::uint8_t byte = 0;
    return ::recv(fd, &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN;
}

TEST_CASE("when the far side has ended and the input gives nothing, the relay ends") {
    scene all;
    write_all(all.far.get(), text_bytes("hello"));
    ::shutdown(all.far.get(), SHUT_WR);
    const relay_result result = all.run(); // the input stays open
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(result.bytes.received == 5);
    CHECK(all.took >= short_time);
    CHECK(all.delivered() == text_bytes("hello"));
    CHECK_FALSE(result.shut_down_first);
    CHECK_FALSE(result.has_unsent);
}

TEST_CASE("half-close tells the far side at once, and its answer is received") {
    scene all;
    all.options.on_eof = end_of_input::half_close;
    all.send_all("question");
    background peer{[&] {
        if (read_to_end(all.far.get()) != text_bytes("question"))
            throw std::runtime_error{"wrong question"};
        write_all(all.far.get(), text_bytes("answer"));
        all.far.close();
    }};
    const relay_result result = all.run();
    peer.finish();
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(result.bytes.sent == 8);
    CHECK(result.bytes.received == 6);
    CHECK(all.delivered() == text_bytes("answer"));
    CHECK(result.shut_down_first);
}

TEST_CASE("automatic shuts down only after a silence") {
    scene all;
    all.options.on_eof = end_of_input::automatic;
    all.options.eof_delay = short_time;
    all.send_all("question");
    const stopwatch watch;
    std::chrono::milliseconds end_seen{0};
    background peer{[&] {
        read_to_end(all.far.get());
        end_seen = watch.elapsed();
        all.far.close();
    }};
    const relay_result result = all.run();
    peer.finish();
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(end_seen >= short_time);
}

TEST_CASE("automatic does not shut down while an answer comes") {
    scene all;
    all.options.on_eof = end_of_input::automatic;
    all.options.eof_delay = 1h;
    all.send_all("question");
    bool saw_end = false;
    background peer{[&] {
        expect(all.far.get(), text_bytes("question"));
        write_all(all.far.get(), text_bytes("answer"));
        saw_end = !sees_no_end(all.far.get());
        all.far.close();
    }};
    const relay_result result = all.run();
    peer.finish();
    CHECK_FALSE(saw_end);
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(all.delivered() == text_bytes("answer"));
}

TEST_CASE("automatic counts the silence from the last byte that came") {
    scene all;
    all.options.on_eof = end_of_input::automatic;
    all.options.eof_delay = 4 * short_time;
    all.send_all("question");
    std::chrono::milliseconds silence{0};
    background peer{[&] {
        expect(all.far.get(), text_bytes("question"));
        const stopwatch answering;
        stopwatch since_last;
        while (answering.elapsed() < 2 * short_time) { // some bytes, each delivered before the next
            since_last = {};
            write_all(all.far.get(), "2a"_hex);
            read_exactly(all.drain.get(), 1);
        }
        expect_end(all.far.get());
        silence = since_last.elapsed();
        all.far.close();
    }};
    CHECK(all.run().ended_by == relay_end::far_side_finished);
    peer.finish();
    CHECK(silence >= 4 * short_time);
}

TEST_CASE("ignore never shuts down") {
    scene all;
    all.options.on_eof = end_of_input::ignore;
    all.options.eof_delay = 0ms;
    all.options.linger = short_time;
    all.send_all("question");
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::linger_over);
    expect(all.far.get(), text_bytes("question"));
    CHECK(sees_no_end(all.far.get()));
}

TEST_CASE("close leaves once everything was sent") {
    scene all;
    all.options.on_eof = end_of_input::close;
    all.send_all("question");
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::input_finished);
    CHECK(result.bytes.sent == 8);
    CHECK(read_to_end(all.far.get()) == text_bytes("question"));
}

TEST_CASE("close delivers what has come until then") {
    scene all;
    all.options.on_eof = end_of_input::close;
    write_all(all.far.get(), text_bytes("greeting"));
    all.send_all("bye");
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::input_finished);
    CHECK(all.delivered() == text_bytes("greeting"));
}

TEST_CASE("close delivers all that has come, however much that is") {
    scene all;
    const scratch_directory directory;
    const std::string path = directory.file("output");
    all.output = unique_fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    all.options.on_eof = end_of_input::close;
    const bytes down = pattern(180'000, 5); // more than is read while the input is
    write_all(all.far.get(), down);
    all.send_all("bye");
    CHECK(all.run().ended_by == relay_end::input_finished);
    ::lseek(all.output.get(), 0, SEEK_SET);
    CHECK((read_to_end(all.output.get()) == down));
}

TEST_CASE("linger leaves so long after the end of the input, and counts nothing before it") {
    scene all;
    all.options.on_eof = end_of_input::half_close;
    all.options.linger = short_time;
    all.send_all("question");
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::linger_over);
    CHECK(all.took >= short_time);
}

TEST_CASE("linger leaves although the far side takes nothing") {
    scene all;
    all.options.linger = short_time;
    all.options.idle_limit = 10 * short_time; // what ends it instead
    all.send_all(std::string(50'000, 'x'));   // fits into the pipe
    const int tiny = 1;
    ::setsockopt(all.near.get(), SOL_SOCKET, SO_SNDBUF, &tiny, sizeof tiny);
    CHECK(all.run().ended_by == relay_end::linger_over);
}

TEST_CASE("an idle tunnel is left after its limit, one that moves is not") {
    scene all;
    all.options.idle_limit = short_time;
    CHECK(all.run().ended_by == relay_end::idle);
    CHECK(all.took >= short_time);

    scene busy;
    busy.options.idle_limit = 6 * short_time;
    const stopwatch watch;
    background peer{[&] { // a byte back and forth until well past the limit
        do {
            write_all(busy.far.get(), "2a"_hex);
            read_exactly(busy.drain.get(), 1);
        } while (watch.elapsed() < 7 * short_time);
        busy.far.close();
    }};
    CHECK(busy.run().ended_by == relay_end::far_side_finished);
    peer.finish();
}

TEST_CASE("when nobody reads the output any more, the relay leaves at once") {
    scene silent;
    silent.drain.close();
    CHECK(silent.run().ended_by == relay_end::output_closed);

    scene talking;
    write_all(talking.far.get(), text_bytes("hello"));
    talking.drain.close();
    CHECK(talking.run().ended_by == relay_end::output_closed);
}

TEST_CASE("a socket as output that is closed ends the relay") {
    scene all;
    fd_pair out = make_socket_pair();
    all.output = std::move(out.first);
    out.second.close();
    CHECK(all.run().ended_by == relay_end::output_closed);
}

TEST_CASE("an output that takes nothing more for another reason has failed") {
    scene all;
    all.output = unique_fd{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    write_all(all.far.get(), text_bytes("hello"));
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::output_failed);
    CHECK(result.code == std::errc::no_space_on_device);
}

TEST_CASE("an input that cannot be read has failed") {
    scene all;
    all.input = unique_fd{::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::input_failed);
    CHECK(result.code == std::errc::is_a_directory);
}

TEST_CASE("a reset is a failure, and what had come before is delivered") {
    scene all{make_tcp_pair()};
    write_all(all.far.get(), text_bytes("partial"));
    reset_on_close(all.far.get());
    all.far.close();
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::far_side_failed);
    CHECK(result.code == std::errc::connection_reset);
    CHECK(all.delivered() == text_bytes("partial"));
}

TEST_CASE("a reset that is noticed while sending is a failure") {
    scene all{make_tcp_pair()};
    write_all(all.feed.get(), text_bytes("data"));
    reset_on_close(all.far.get());
    all.far.close();
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::far_side_failed);
}

TEST_CASE("input that nobody takes after the far side's end is no success") {
    for (const bool tcp : {false, true}) {
        scene all{tcp ? make_tcp_pair() : make_socket_pair()};
        write_all(all.far.get(), text_bytes("bye"));
        all.far.close();
        write_all(all.feed.get(), text_bytes("too late"));
        const relay_result result = all.run();
        CHECK(result.ended_by == relay_end::far_side_failed);
        CHECK(result.has_unsent);
        CHECK(all.delivered() == text_bytes("bye"));
    }
}

TEST_CASE("the output ends with the far side, and input is still sent") {
    for (const auto policy :
         {end_of_input::automatic, end_of_input::half_close, end_of_input::close,
          end_of_input::ignore}) {
        scene all{make_tcp_pair()};
        all.options.on_eof = policy;
        all.options.eof_delay = 1h;
        const bytes up = pattern(3'000'000, 6);
        bytes arrived;
        ::shutdown(all.far.get(), SHUT_WR);
        background peer{[&] { arrived = read_exactly(all.far.get(), up.size()); }};
        background feeder{[&] {
            expect_end(all.drain.get()); // before anything was fed
            write_all(all.feed.get(), up);
            all.feed.close();
        }};
        const relay_result result = all.run();
        peer.finish();
        feeder.finish();
        CHECK(result.ended_by == relay_end::far_side_finished);
        CHECK(result.bytes.sent == up.size());
        CHECK((arrived == up));
    }
}

TEST_CASE("what is sent only is sent whatever the far side says, and however long it takes") {
    scene all{make_tcp_pair()};
    all.options.on_eof = end_of_input::close;
    all.options.write_output = false;
    ::shutdown(all.far.get(), SHUT_WR);
    background feeder{[&] {
        std::this_thread::sleep_for(4 * short_time);
        all.send_all("late");
    }};
    CHECK(all.run().ended_by == relay_end::far_side_finished);
    feeder.finish();
    expect(all.far.get(), text_bytes("late"));
}

TEST_CASE("after the far side's end an idle input is no failure, bytes that do not move are one") {
    scene silent;
    silent.options.eof_delay = 1h;
    silent.options.idle_limit = short_time;
    ::shutdown(silent.far.get(), SHUT_WR);
    CHECK(silent.run().ended_by == relay_end::far_side_finished);

    scene stuck;
    stuck.options.idle_limit = 2 * short_time;
    ::shutdown(stuck.far.get(), SHUT_WR);
    const int tiny = 1;
    ::setsockopt(stuck.near.get(), SOL_SOCKET, SO_SNDBUF, &tiny, sizeof tiny);
    stuck.send_all(std::string(50'000, 'x'));
    CHECK(stuck.run().ended_by == relay_end::idle);
}

TEST_CASE("without a reader, what the input holds is sent, and its end is no failure") {
    for (const std::size_t size : {0U, 10U, 60'000U}) {
        scene all{make_tcp_pair()};
        all.options.eof_delay = 2s;
        write_all(all.feed.get(), pattern(size, 7));
        all.feed.close();
        all.drain.close();
        bytes arrived;
        background peer{[&] {
            arrived = read_to_end(all.far.get());
            all.far.close();
        }};
        CHECK(all.run().ended_by == relay_end::input_finished);
        peer.finish();
        CHECK((arrived == pattern(size, 7)));
    }
}

TEST_CASE("both pipes may be closed one after the other") {
    scene all;
    background peer{[&] {
        all.drain.close();
        std::this_thread::sleep_for(10ms);
        all.feed.close();
        read_to_end(all.far.get());
        all.far.close();
    }};
    CHECK(all.run().ended_by == relay_end::input_finished);
    peer.finish();
}

TEST_CASE("without a reader, an input without end is sent for a limited time") {
    scene all{make_tcp_pair()};
    all.input = unique_fd{::open("/dev/zero", O_RDONLY | O_CLOEXEC)};
    all.drain.close();
    background peer{[&] { read_to_end(all.far.get()); }};
    CHECK(all.run().ended_by == relay_end::output_closed);
    CHECK(all.took >= short_time);
    all.near.close();
    peer.finish();
}

TEST_CASE("an interrupt ends the relay") {
    scene all;
    const fd_pair interrupt = make_pipe();
    write_all(interrupt.second.get(), "00"_hex);
    all.options.interrupt_fd = interrupt.first.get();
    CHECK(all.run().ended_by == relay_end::interrupted);
}

TEST_CASE("an input that is not read has no end") {
    scene all;
    all.options.read_input = false;
    all.options.on_eof = end_of_input::close;
    all.send_all("never sent");
    write_all(all.far.get(), text_bytes("hello"));
    ::shutdown(all.far.get(), SHUT_WR);
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(result.bytes.sent == 0);
    CHECK(all.delivered() == text_bytes("hello"));
}

TEST_CASE("an output that is not written counts what comes and throws it away") {
    scene all;
    all.options.write_output = false;
    all.drain.close(); // nobody looks at it
    all.feed.close();
    write_all(all.far.get(), text_bytes("hello"));
    ::shutdown(all.far.get(), SHUT_WR);
    const relay_result result = all.run();
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(result.bytes.received == 5);
}

TEST_CASE("it is told whether our half-close came before the far side's end") {
    for (const auto policy :
         {end_of_input::half_close, end_of_input::automatic, end_of_input::close}) {
        scene all;
        all.options.on_eof = policy;
        all.send_all("question");
        background peer{[&] {
            read_to_end(all.far.get());
            all.far.close();
        }};
        CHECK(all.run().shut_down_first);
        peer.finish();
    }
    scene first;
    first.options.eof_delay = 1h;
    first.send_all("question");
    background peer{[&] {
        expect(first.far.get(), text_bytes("question"));
        first.far.close();
    }};
    CHECK_FALSE(first.run().shut_down_first);
    peer.finish();
}

TEST_CASE("progress is reported while the relay runs") {
    scene all;
    all.options.idle_limit = 4 * short_time;
    all.options.progress_interval = short_time;
    int calls = 0;
    all.options.on_progress = [&](const relay_counters& bytes) {
        ++calls;
        CHECK(bytes.received == 0);
    };
    CHECK(all.run().ended_by == relay_end::idle);
    CHECK(calls >= 1);
    CHECK(calls <= 4);
}

// Reads everything in small pieces, with a small buffer before it: the relay has to wait.
bytes read_slowly(int fd) {
    bytes out;
    for (;;) {
        const bytes piece = read_exactly(fd, 3'001);
        out.insert(out.end(), piece.begin(), piece.end());
        if (piece.size() < 3'001)
            return out;
    }
}

void check_both_ways(scene& all) {
    constexpr std::size_t size = 5'000'000;
    const bytes up = pattern(size, 1);
    const bytes down = pattern(size, 2);
    all.options.on_eof = end_of_input::half_close;
    bytes arrived;
    bytes delivered;
    background feeder{[&] {
        write_all(all.feed.get(), up);
        all.feed.close();
    }};
    std::promise<void> all_arrived;
    background sender{[&] {
        write_all(all.far.get(), down);
        if (all_arrived.get_future().wait_for(patience) != std::future_status::ready)
            throw std::runtime_error{"not everything that was fed arrived"};
        ::shutdown(all.far.get(), SHUT_WR); // not before: its end would end the relay
    }};
    background receiver{[&] {
        arrived = read_exactly(all.far.get(), size);
        all_arrived.set_value();
    }};
    background reader{[&] { delivered = read_slowly(all.drain.get()); }};
    const relay_result result = all.run();
    all.input.close(); // nobody waits for a relay that is over
    all.output.close();
    for (background* const one : {&feeder, &sender, &receiver, &reader})
        one->finish();
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(result.bytes.sent == size);
    CHECK(result.bytes.received == size);
    CHECK((arrived == up));
    CHECK((delivered == down));
}

TEST_CASE("5 MB each way arrive byte for byte at a slow reader, over TCP") {
    scene all{make_tcp_pair()};
    check_both_ways(all);
}

TEST_CASE("5 MB each way arrive byte for byte at a slow reader, over a Unix socket") {
    scene all;
    check_both_ways(all);
}

TEST_CASE("everything that was fed arrives before a half-close") {
    scene all{make_tcp_pair()};
    const bytes up = pattern(5'000'000, 3);
    all.options.on_eof = end_of_input::half_close;
    bytes arrived;
    background feeder{[&] {
        write_all(all.feed.get(), up);
        all.feed.close();
    }};
    background peer{[&] {
        arrived = read_slowly(all.far.get());
        all.far.close();
    }};
    const relay_result result = all.run();
    feeder.finish();
    peer.finish();
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(result.bytes.sent == up.size());
    CHECK((arrived == up));
}

TEST_CASE("everything that was fed arrives before a close, and no reset destroys it") {
    scene all{make_tcp_pair()};
    const bytes up = pattern(1'000'000, 4);
    all.options.on_eof = end_of_input::close;
    bytes arrived;
    background feeder{[&] {
        write_all(all.feed.get(), up);
        all.feed.close();
    }};
    background peer{[&] { arrived = read_slowly(all.far.get()); }};
    CHECK(all.run().ended_by == relay_end::input_finished);
    all.near.close();
    feeder.finish();
    peer.finish();
    CHECK((arrived == up));
}

TEST_CASE("the flags of the descriptors stay as they are") {
    scene all{make_tcp_pair()};
    const auto flags = [](const unique_fd& fd) { return ::fcntl(fd.get(), F_GETFL); };
    const int before[] = {flags(all.input), flags(all.output), flags(all.near)};
    write_all(all.far.get(), text_bytes("hello"));
    all.far.close();
    all.run();
    CHECK(flags(all.input) == before[0]);
    CHECK(flags(all.output) == before[1]);
    CHECK(flags(all.near) == before[2]);
}

} // namespace
} // namespace sockscat::tests
