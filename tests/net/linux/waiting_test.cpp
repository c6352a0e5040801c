// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/io.hpp"

#include "net/linux/waiting.hpp"

#include <fcntl.h>

namespace sockscat::tests {
namespace {

using net::repeated_poll;

constexpr int many = 200; // more than it takes to be remembered

repeated_poll::entries one_of(int fd, short events) {
    return {pollfd{fd, events, 0}, {-1, 0, 0}, {-1, 0, 0}, {-1, 0, 0}};
}

TEST_CASE("what is waited for many times is told as by poll(2)") {
    fd_pair pipe = make_pipe();
    repeated_poll poll;
    repeated_poll::entries wanted{
        pollfd{pipe.first.get(), POLLIN, 0}, {-1, 0, 0}, {pipe.second.get(), 0, 0}, {-1, 0, 0}};
    for (int i = 0; i < many; ++i) {
        poll.wait(wanted, 0);
        CHECK(wanted[0].revents == 0);
        write_all(pipe.second.get(), "2a"_hex);
        poll.wait(wanted, -1);
        CHECK(wanted[0].revents == POLLIN);
        CHECK(wanted[2].revents == 0);
        read_exactly(pipe.first.get(), 1);
    }
    pipe.first.close();
    wanted[0].fd = -1;
    poll.wait(wanted, 0);
    CHECK(wanted[0].revents == 0);
    CHECK((wanted[2].revents & POLLERR) != 0); // nobody reads
}

TEST_CASE("a set that changes, and one that cannot be remembered, are polled for") {
    const fd_pair pipe = make_pipe();
    const unique_fd file{::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)};
    repeated_poll poll;
    for (int i = 0; i < many; ++i) {
        auto regular = one_of(file.get(), POLLIN);
        poll.wait(regular, -1);
        CHECK(regular[0].revents == POLLIN);
    }
    for (int i = 0; i < many; ++i) {
        auto room = one_of(pipe.second.get(), POLLOUT);
        poll.wait(room, -1);
        CHECK(room[0].revents == POLLOUT);
        auto nothing = one_of(pipe.first.get(), POLLIN);
        poll.wait(nothing, 0);
        CHECK(nothing[0].revents == 0);
    }
}

} // namespace
} // namespace sockscat::tests
