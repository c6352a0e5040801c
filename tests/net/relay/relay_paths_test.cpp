// SPDX-License-Identifier: MIT
// What relay_test.cpp says of pipes, on every kind of end, with pages moved and with copies.
#include "support/catch.hpp"
#include "support/io.hpp"
#include "support/streams.hpp"

#include <sockscat/relay.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

constexpr auto short_time = 60ms;
constexpr std::size_t size = 2'000'003; // several times what any buffer or enlarged pipe holds

enum class kind { pipe, socket, file };

std::string name_of(kind which) {
    return which == kind::pipe ? "pipe" : which == kind::socket ? "socket" : "file";
}

void do_not_block(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// One way of moving: which ends, and whether pages may move at all.
struct way {
    kind input;
    kind output;
    bool tcp;
    bool pages;
};

std::vector<way> ways() {
    std::vector<way> all;
    for (const kind input : {kind::pipe, kind::socket, kind::file})
        for (const kind output : {kind::pipe, kind::socket, kind::file})
            for (const bool pages : {true, false})
                all.push_back({input, output, all.size() % 3 != 0, pages});
    return all;
}

struct scene {
    explicit scene(const way& which) : how{which} {
        fd_pair tunnel = how.tcp ? make_tcp_pair() : make_socket_pair();
        near = std::move(tunnel.first);
        far = std::move(tunnel.second);
        if (how.pages)
            do_not_block(near.get());
        make_input();
        make_output();
        options.idle_limit = patience; // no test hangs
        options.eof_delay = short_time;
    }

    void make_input() {
        if (how.input == kind::file) {
            feed = open_file(O_RDWR | O_CREAT);
            input = open_file(O_RDONLY);
            return;
        }
        fd_pair in = how.input == kind::pipe ? make_pipe() : make_socket_pair();
        input = std::move(in.first);
        feed = std::move(in.second);
    }

    void make_output() {
        if (how.output == kind::file) {
            output =
                unique_fd{::open(folder.file("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
            drain = unique_fd{::open(folder.file("out").c_str(), O_RDONLY | O_CLOEXEC)};
            return;
        }
        fd_pair out = how.output == kind::pipe ? make_pipe() : make_socket_pair();
        drain = std::move(out.first);
        output = std::move(out.second);
    }

    unique_fd open_file(int flags) const {
        return unique_fd{::open(folder.file("in").c_str(), flags | O_CLOEXEC, 0600)};
    }

    relay_result run() {
        borrowed_stream tunnel{near.get()};
        lent_stream copied{tunnel}; // has no native_handle()
        const local_end in{input.get(), local_end::use::input};
        local_end out{output.get(), local_end::use::output};
        stream& used = how.pages ? static_cast<stream&>(tunnel) : copied;
        return relay(used, in, out, options);
    }

    // The whole input; a file has it before the relay begins.
    void feed_all(const bytes& content) {
        write_all(feed.get(), content);
        feed.close();
    }

    way how;
    scratch_directory folder;
    unique_fd near, far, input, feed, output, drain;
    relay_options options;
};

bytes read_in_pieces(int fd, std::size_t piece) {
    bytes out;
    for (;;) {
        const bytes got = read_exactly(fd, piece);
        out.insert(out.end(), got.begin(), got.end());
        if (got.size() < piece)
            return out;
    }
}

void check_both_ways(const way& how) {
    scene all{how};
    all.options.on_eof = end_of_input::half_close;
    const bytes up = pattern(size, 1);
    const bytes down = pattern(size, 2);
    bytes arrived;
    bytes delivered;
    if (how.input == kind::file)
        all.feed_all(up);
    background feeder{[&] {
        if (how.input != kind::file)
            all.feed_all(up);
    }};
    background sender{[&] { write_all(all.far.get(), down); }};
    background receiver{[&] {
        arrived = read_in_pieces(all.far.get(), 30'011);
        sender.finish();
        ::shutdown(all.far.get(), SHUT_WR);
    }};
    background reader{[&] {
        if (how.output != kind::file)
            delivered = read_in_pieces(all.drain.get(), 3'001);
    }};
    const relay_result result = all.run();
    all.input.close();
    all.output.close();
    for (background* const one : {&feeder, &receiver, &reader})
        one->finish();
    if (how.output == kind::file)
        delivered = read_to_end(all.drain.get());
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(result.bytes.sent == size);
    CHECK(result.bytes.received == size);
    CHECK((arrived == up));
    CHECK((delivered == down));
}

TEST_CASE("megabytes each way arrive byte for byte, whatever the ends are") {
    for (const way& how : ways()) {
        INFO(
            name_of(how.input) << " to " << name_of(how.output)
                               << (how.pages ? ", pages" : ", copies"));
        check_both_ways(how);
    }
}

// A stream that filled buffers, so that pages move where they can; then a conversation.
void check_turns(const way& how) {
    scene all{how};
    const bytes flood = pattern(size, 3);
    bool is_good = true;
    background peer{[&] {
        background sender{[&] { write_all(all.far.get(), flood); }};
        is_good = is_good && read_exactly(all.drain.get(), size) == flood;
        sender.finish();
        background feeder{[&] { write_all(all.feed.get(), flood); }};
        is_good = is_good && read_exactly(all.far.get(), size) == flood;
        feeder.finish();
        for (std::uint32_t turn = 0; turn < 500 && is_good; ++turn) {
            const bytes question = pattern(64, turn);
            write_all(all.feed.get(), question);
            expect(all.far.get(), question);
            write_all(all.far.get(), question);
            expect(all.drain.get(), question);
        }
        ::shutdown(all.far.get(), SHUT_WR);
    }};
    CHECK(all.run().ended_by == relay_end::far_side_finished);
    peer.finish();
    CHECK(is_good);
}

TEST_CASE("a conversation in turns of 64 bytes goes on after a flood") {
    for (const way& how : ways())
        if (how.input != kind::file && how.output != kind::file) {
            INFO(
                name_of(how.input)
                << " to " << name_of(how.output) << (how.pages ? ", pages" : ""));
            check_turns(how);
        }
}

TEST_CASE("a reset behind a flood is a failure, and what had come before is delivered") {
    for (const kind output : {kind::pipe, kind::socket, kind::file}) {
        scene all{{kind::pipe, output, true, true}};
        INFO("to " << name_of(output));
        const bytes down = pattern(size, 4);
        bytes delivered;
        background peer{[&] {
            write_all(all.far.get(), down);
            int unsent = 1; // a reset throws away what is still to be sent
            while (unsent > 0)
                ::ioctl(all.far.get(), TIOCOUTQ, &unsent);
            reset_on_close(all.far.get());
            all.far.close();
        }};
        background reader{[&] {
            if (output != kind::file)
                delivered = read_to_end(all.drain.get());
        }};
        const relay_result result = all.run();
        all.output.close();
        peer.finish();
        reader.finish();
        if (output == kind::file)
            delivered = read_to_end(all.drain.get());
        CHECK(result.ended_by == relay_end::far_side_failed);
        CHECK(result.code == std::errc::connection_reset);
        CHECK(result.bytes.received == down.size());
        CHECK((delivered == down));
    }
}

// The kernel tells of it once, and may tell it to a call that moved pages before.
TEST_CASE("a reset at any moment of a file that is sent is a failure") {
    for (std::size_t taken = 0; taken <= size; taken += 40'009) {
        scene all{{kind::file, kind::pipe, true, true}};
        INFO("after " << taken << " bytes");
        all.feed_all(pattern(size, 8));
        background peer{[&] {
            read_exactly(all.far.get(), taken);
            reset_on_close(all.far.get());
            all.far.close();
        }};
        const relay_result result = all.run();
        peer.finish();
        CHECK(result.ended_by == relay_end::far_side_failed);
        CHECK(result.code == std::errc::connection_reset);
    }
}

// As a server does that answers early: it ends its stream, and its close resets what nobody reads.
TEST_CASE(
    "an end of the stream before a reset gives the whole answer, and tells of what was lost") {
    for (const kind input : {kind::file, kind::pipe}) {
        scene all{{input, kind::pipe, true, true}};
        INFO("from " << name_of(input));
        const bytes answer = pattern(4 * size, 9);
        const bytes question = pattern(size, 10);
        if (input == kind::file)
            all.feed_all(question);
        background feeder{[&] {
            if (input != kind::file)
                write_all(all.feed.get(), question);
        }};
        background peer{[&] {
            read_exactly(all.far.get(), size / 2);
            write_all(all.far.get(), answer);
            ::shutdown(all.far.get(), SHUT_WR);
            int unsent = 1; // a reset throws away what is still to be sent
            while (unsent > 0)
                ::ioctl(all.far.get(), TIOCOUTQ, &unsent);
            std::this_thread::sleep_for(short_time); // for the relay to see the end
            all.far.close();
        }};
        bytes delivered;
        background reader{[&] {
            while (delivered.size() < answer.size()) { // slowly
                const bytes some = read_exactly(all.drain.get(), answer.size() / 400);
                delivered.insert(delivered.end(), some.begin(), some.end());
                std::this_thread::sleep_for(1ms);
            }
        }};
        const relay_result result = all.run();
        all.output.close();
        for (background* const one : {&peer, &reader, &feeder})
            one->finish();
        CHECK(result.ended_by == relay_end::far_side_failed);
        CHECK(result.has_unsent);
        CHECK((delivered == answer));
    }
}

TEST_CASE("when the reader goes away in a flood, the relay leaves") {
    for (const kind output : {kind::pipe, kind::socket}) {
        scene all{{kind::pipe, output, true, true}};
        background peer{[&] {
            read_exactly(all.drain.get(), size);
            all.drain.close();
        }};
        background sender{[&] {
            try {
                write_all(all.far.get(), pattern(4 * size, 5));
            } catch (const std::exception&) { // nobody takes it
            }
        }};
        CHECK(all.run().ended_by == relay_end::output_closed);
        all.near.close();
        peer.finish();
        sender.finish();
    }
}

TEST_CASE("a far side that goes away in an upload ends the relay") {
    for (const kind input : {kind::pipe, kind::file}) {
        scene all{{input, kind::pipe, true, true}};
        INFO("from " << name_of(input));
        if (input == kind::file)
            all.feed_all(pattern(8 * size, 6));
        background feeder{[&] {
            try {
                if (input != kind::file)
                    write_all(all.feed.get(), pattern(8 * size, 6));
            } catch (const std::exception&) { // nobody takes it
            }
        }};
        background peer{[&] {
            read_exactly(all.far.get(), size);
            reset_on_close(all.far.get());
            all.far.close();
        }};
        CHECK(all.run().ended_by == relay_end::far_side_failed);
        all.input.close();
        feeder.finish();
        peer.finish();
    }
}

// Fills the far side until it takes nothing, with the input at its end behind that.
TEST_CASE("linger counts from the end of the input although pages wait for the far side") {
    scene all{{kind::pipe, kind::pipe, true, true}};
    all.options.linger = short_time;
    std::size_t fed = 0;
    background feeder{[&] {
        const bytes piece = pattern(65'536, 7);
        pollfd room{all.feed.get(), POLLOUT, 0};
        do_not_block(all.feed.get());
        while (::poll(&room, 1, 500) == 1) {
            const ssize_t put = ::write(all.feed.get(), piece.data(), piece.size());
            fed += put > 0 ? static_cast<std::size_t>(put) : 0;
        }
        all.feed.close();
    }};
    CHECK(all.run().ended_by == relay_end::linger_over);
    feeder.finish();
    CHECK(fed > size); // buffers were filled, and pages moved
}

TEST_CASE("linger counts from the end of a file although its pages wait for the far side") {
    constexpr std::size_t whole = 1 << 20; // the rest of it fits into one pipe
    scene all{{kind::file, kind::pipe, false, true}};
    const int small = 16'384;
    ::setsockopt(all.near.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    all.options.linger = short_time;
    all.options.idle_limit = 3s;
    all.feed_all(pattern(whole, 13));
    background peer{[&] { read_exactly(all.far.get(), whole / 2); }};
    const relay_result result = all.run();
    peer.finish();
    CHECK(result.ended_by == relay_end::linger_over);
    CHECK(result.bytes.sent < whole);
}

TEST_CASE("urgent data in a flood neither holds it up nor makes it spin") {
    scene all{{kind::pipe, kind::pipe, true, true}};
    const bytes down = pattern(size, 8);
    bytes delivered;
    background peer{[&] {
        write_all(all.far.get(), down);
        ::send(all.far.get(), "!", 1, MSG_OOB);
        write_all(all.far.get(), down);
        ::shutdown(all.far.get(), SHUT_WR);
    }};
    background reader{[&] { delivered = read_to_end(all.drain.get()); }};
    const relay_result result = all.run();
    all.output.close();
    peer.finish();
    reader.finish();
    CHECK(result.ended_by == relay_end::far_side_finished);
    CHECK(delivered.size() == 2 * size); // the urgent byte is no part of the stream
}

TEST_CASE("what is appended to is appended to, and /dev/null takes everything") {
    scene all{{kind::pipe, kind::file, true, true}};
    write_all(all.output.get(), text_bytes("before"));
    all.output = unique_fd{::open(all.folder.file("out").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
    const bytes down = pattern(size, 9);
    background peer{[&] {
        write_all(all.far.get(), down);
        all.far.close();
    }};
    CHECK(all.run().bytes.received == size);
    peer.finish();
    expect(all.drain.get(), text_bytes("before"));
    CHECK((read_to_end(all.drain.get()) == down));

    scene null{{kind::pipe, kind::file, true, true}};
    null.output = unique_fd{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    background other{[&] {
        write_all(null.far.get(), down);
        null.far.close();
    }};
    CHECK(null.run().bytes.received == size);
    other.finish();
}

TEST_CASE("a full disk in a flood is a failure of the output") {
    scene all{{kind::pipe, kind::pipe, true, true}};
    all.output = unique_fd{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    background peer{[&] {
        try {
            write_all(all.far.get(), pattern(size, 10));
        } catch (const std::exception&) { // nobody takes it
        }
    }};
    const relay_result result = all.run();
    all.near.close();
    peer.finish();
    CHECK(result.ended_by == relay_end::output_failed);
    CHECK(result.code == std::errc::no_space_on_device);
}

TEST_CASE("a file is sent from where it stands, also one that is cut off meanwhile") {
    scene all{{kind::file, kind::pipe, true, true}};
    all.options.on_eof = end_of_input::half_close;
    const bytes up = pattern(size, 11);
    all.feed_all(up);
    ::lseek(all.input.get(), 1'000, SEEK_SET);
    bytes arrived;
    background peer{[&] {
        arrived = read_to_end(all.far.get());
        all.far.close();
    }};
    const relay_result result = all.run();
    peer.finish();
    CHECK(result.bytes.sent == size - 1'000);
    CHECK((arrived == bytes{up.begin() + 1'000, up.end()}));

    scene cut{{kind::file, kind::pipe, true, true}};
    cut.options.on_eof = end_of_input::half_close;
    write_all(cut.feed.get(), pattern(8 * size, 12));
    background cutter{[&] {
        read_exactly(cut.far.get(), size);
        CHECK(::ftruncate(cut.feed.get(), 0) == 0);
        read_to_end(cut.far.get());
        cut.far.close();
    }};
    CHECK(cut.run().ended_by == relay_end::far_side_finished);
    cutter.finish();
}

TEST_CASE("moving pages changes no flag of a descriptor") {
    scene all{{kind::pipe, kind::pipe, true, true}};
    const auto flags = [](const unique_fd& fd) { return ::fcntl(fd.get(), F_GETFL); };
    const int before[] = {flags(all.input), flags(all.output), flags(all.near)};
    background peer{[&] {
        write_all(all.far.get(), pattern(size, 13));
        all.far.close();
    }};
    background reader{[&] { read_to_end(all.drain.get()); }};
    all.run();
    CHECK(flags(all.input) == before[0]);
    CHECK(flags(all.output) == before[1]);
    CHECK(flags(all.near) == before[2]);
    CHECK(::fcntl(all.drain.get(), F_GETPIPE_SZ) > 65'536); // pages did move
    all.output.close();
    peer.finish();
    reader.finish();
}

} // namespace
} // namespace sockscat::tests
