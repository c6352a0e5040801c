// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/io.hpp"

#include <sockscat/local_end.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using use = local_end::use;

std::array<std::uint8_t, 100> buffer;

// Fills an end until it takes no more.
std::size_t fill(const local_end& end) {
    const bytes block(10'000, 'x');
    std::size_t total = 0;
    for (int i = 0; i < 10'000; ++i) {
        const io_result gone = end.write(block);
        if (would_block(gone))
            return total;
        REQUIRE_FALSE(gone.code);
        total += gone.size;
    }
    FAIL("it takes everything");
    return total;
}

struct pty {
    unique_fd master;
    unique_fd slave;
};

pty make_pty() {
    pty out{unique_fd{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)}, {}};
    REQUIRE(out.master.get() != -1);
    REQUIRE(::grantpt(out.master.get()) == 0);
    REQUIRE(::unlockpt(out.master.get()) == 0);
    out.slave =
        unique_fd{::open(::ptsname(out.master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC)}; // NOLINT
    REQUIRE(out.slave.get() != -1);
    return out;
}

void check_reading(const unique_fd& input, unique_fd& feed) {
    const int flags = ::fcntl(input.get(), F_GETFL);
    {
        const local_end end{input.get(), use::input};
        CHECK(would_block(end.read(buffer)));
        write_all(feed.get(), text_bytes("hello"));
        CHECK(end.read(std::span{buffer}.first(2)).size == 2);
        const io_result rest = end.read(buffer);
        CHECK(rest.size == 3);
        CHECK(buffer[0] == 'l');
        CHECK(would_block(end.read(buffer)));
        feed.close();
        const io_result over = end.read(buffer);
        CHECK_FALSE(over.code);
        CHECK(over.size == 0);
        CHECK(::fcntl(input.get(), F_GETFL) == flags);
    }
    CHECK(::fcntl(input.get(), F_GETFL) == flags); // still open, and as it was
}

TEST_CASE("a pipe is read without ever waiting") {
    fd_pair pipe = make_pipe();
    check_reading(pipe.first, pipe.second);
}

TEST_CASE("a socket is read without ever waiting") {
    fd_pair pair = make_socket_pair();
    check_reading(pair.first, pair.second);
}

void check_writing(const unique_fd& output, unique_fd& drain) {
    const int flags = ::fcntl(output.get(), F_GETFL);
    const local_end end{output.get(), use::output};
    const std::size_t total = fill(end);
    CHECK(total > 0);
    CHECK(read_exactly(drain.get(), total) == bytes(total, 'x'));
    CHECK(end.write(text_bytes("again")).size == 5);
    drain.close();
    const auto broken = end.write(text_bytes("x")).code;
    CHECK((broken == std::errc::broken_pipe || broken == std::errc::connection_reset));
    CHECK(::fcntl(output.get(), F_GETFL) == flags);
}

TEST_CASE("a pipe is written without ever waiting") {
    fd_pair pipe = make_pipe();
    check_writing(pipe.second, pipe.first);
}

TEST_CASE("a socket is written without ever waiting") {
    fd_pair pair = make_socket_pair();
    check_writing(pair.second, pair.first);
}

TEST_CASE("a description that is non-blocking already works as well") {
    fd_pair pipe = make_pipe();
    REQUIRE(::fcntl(pipe.first.get(), F_SETFL, O_NONBLOCK) == 0);
    check_reading(pipe.first, pipe.second);
}

TEST_CASE("a regular file is read to its end and written") {
    const scratch_directory directory;
    const unique_fd file{::open(directory.file("f").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    const local_end out{file.get(), use::output};
    CHECK(out.write(text_bytes("hello")).size == 5);
    ::lseek(file.get(), 0, SEEK_SET);
    const local_end in{file.get(), use::input};
    CHECK(in.read(buffer).size == 5);
    CHECK(in.read(buffer).size == 0);
    CHECK_FALSE(in.read(buffer).code);
}

TEST_CASE("/dev/null ends at once and takes everything") {
    const unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    const local_end in{null.get(), use::input};
    const io_result end = in.read(buffer);
    CHECK_FALSE(end.code);
    CHECK(end.size == 0);
    CHECK(local_end{null.get(), use::output}.write(text_bytes("x")).size == 1);
}

TEST_CASE("a terminal is read without waiting, and its flags stay") {
    const pty terminal = make_pty();
    const int flags = ::fcntl(terminal.slave.get(), F_GETFL);
    const local_end end{terminal.slave.get(), use::input};
    CHECK(would_block(end.read(buffer)));
    write_all(terminal.master.get(), text_bytes("hello\n"));
    CHECK(end.read(buffer).size == 6);
    CHECK(would_block(end.read(buffer)));
    CHECK(::fcntl(terminal.slave.get(), F_GETFL) == flags);
}

TEST_CASE("the master of a pseudo-terminal is used as it is, without waiting") {
    const pty terminal = make_pty();
    const int flags = ::fcntl(terminal.master.get(), F_GETFL);
    const local_end end{terminal.master.get(), use::input};
    CHECK(end.native_handle() == terminal.master.get()); // opened anew it would be another pair
    CHECK(would_block(end.read(buffer)));
    write_all(terminal.slave.get(), text_bytes("hello"));
    CHECK(end.read(buffer).size == 5);
    CHECK(would_block(end.read(buffer)));
    CHECK(::fcntl(terminal.master.get(), F_GETFL) == flags);
}

TEST_CASE("a closed descriptor fails at the first use") {
    unique_fd fd{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    const int number = fd.get();
    fd.close();
    CHECK(local_end{number, use::input}.read(buffer).code == std::errc::bad_file_descriptor);
    CHECK(
        local_end{number, use::output}.write(text_bytes("x")).code ==
        std::errc::bad_file_descriptor);
}

TEST_CASE("an end that was moved from closes nothing") {
    fd_pair pipe = make_pipe();
    write_all(pipe.second.get(), text_bytes("hello"));
    local_end first{pipe.first.get(), use::input};
    const local_end second{std::move(first)};
    { const local_end gone{std::move(first)}; } // NOLINT: that is the point
    CHECK(second.read(buffer).size == 5);
}

TEST_CASE("an end closes what it opened and leaves what it borrowed") {
    fd_pair pipe = make_pipe();
    int own = -1;
    {
        const local_end end{pipe.first.get(), use::input};
        own = end.native_handle();
        CHECK(own != pipe.first.get());
        CHECK((::fcntl(own, F_GETFD) & FD_CLOEXEC) != 0);
    }
    CHECK(::fcntl(own, F_GETFD) == -1);
    CHECK(::fcntl(pipe.first.get(), F_GETFD) != -1);
}

TEST_CASE("an output that is ended ends for its reader, and its number stays its owner's") {
    const unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    const local_end input{null.get(), use::input};
    fd_pair pipe = make_pipe();
    local_end out{pipe.second.get(), use::output};
    CHECK(out.write(text_bytes("hello")).size == 5);
    out.end(input);
    CHECK(read_to_end(pipe.first.get()) == text_bytes("hello")); // although pipe.second is open
    CHECK(out.write(text_bytes("x")).code == std::errc::broken_pipe);
    CHECK(::fcntl(pipe.second.get(), F_GETFD) != -1);

    fd_pair sockets = make_socket_pair();
    local_end other{sockets.second.get(), use::output};
    other.end(input);
    expect_end(sockets.first.get());
}

TEST_CASE("a socket for both ways is shut down when its output is ended") {
    fd_pair sockets = make_socket_pair();
    const unique_fd copy{::dup(sockets.second.get())};
    const local_end in{copy.get(), use::input};
    local_end out{sockets.second.get(), use::output};
    out.end(in);
    expect_end(sockets.first.get());
    write_all(sockets.first.get(), text_bytes("hello"));
    CHECK(in.read(buffer).size == 5);
}

TEST_CASE("a named FIFO whose writer left before is polled and read to its end") {
    const scratch_directory directory;
    const std::string path = directory.file("f");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    background writer{[&] {
        const unique_fd feed{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
        write_all(feed.get(), text_bytes("hello"));
    }};
    const unique_fd fifo{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    writer.finish();
    const local_end in{fifo.get(), use::input};
    CHECK(in.read(buffer).size == 5);
    pollfd ready{in.fd(), POLLIN, 0};
    CHECK(::poll(&ready, 1, 0) == 1);
    CHECK(in.read(buffer).size == 0);
    CHECK_FALSE(in.read(buffer).code);
}

} // namespace
} // namespace sockscat::tests
