// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run.hpp"

#include <sockscat/socket_stream.hpp>

#include <array>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

std::unique_ptr<stream> adopted(unique_fd& fd) {
    auto made = adopt_socket(shared_loop().get_executor(), ::dup(fd.get()));
    fd.close();
    REQUIRE(made);
    return std::move(made).value();
}

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) != -1;
}

TEST_CASE("an adopted socket carries bytes both ways, and is closed with its stream") {
    fd_pair pair = make_socket_pair();
    std::unique_ptr<stream> one = adopted(pair.first);
    const int fd = one->native_handle();
    CHECK(is_open(fd));
    write_all(pair.second.get(), text_bytes("hello"));
    std::array<std::uint8_t, 16> buffer{};
    CHECK(run(one->read_some(buffer)).size == 5);
    const bytes answer = text_bytes("and back");
    CHECK(run(one->write(answer)).size == answer.size());
    expect(pair.second.get(), answer);
    CHECK(one->is_private()); // a Unix socket
    one.reset();
    CHECK_FALSE(is_open(fd));
}

TEST_CASE("what is not a connected stream socket is refused, and left to its owner") {
    struct row {
        std::errc code;
        unique_fd fd;
    };
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()) == 0);
    const unique_fd other_end{ends[1]};
    std::array<row, 3> rows{
        row{std::errc::not_connected, unique_fd{::socket(AF_INET, SOCK_STREAM, 0)}},
        row{std::errc::wrong_protocol_type, unique_fd{ends[0]}},
        row{std::errc::not_a_socket, unique_fd{::open("/dev/null", O_RDWR)}},
    };
    for (const row& each : rows) {
        const auto made = adopt_socket(shared_loop().get_executor(), each.fd.get());
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == failure::usage);
        CHECK(made.error().code == each.code);
        CHECK(is_open(each.fd.get()));
    }
    const auto closed = adopt_socket(shared_loop().get_executor(), -1);
    REQUIRE_FALSE(closed);
    CHECK(closed.error().code == std::errc::bad_file_descriptor);
}

} // namespace
} // namespace sockscat::tests
