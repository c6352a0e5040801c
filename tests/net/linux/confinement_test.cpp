// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/io.hpp"

#include <sockscat/confinement.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace sockscat::tests {
namespace {

using attempt = std::function<long()>; // -1 and errno, as system calls do

constexpr int worked = 0;

struct outcomes {
    confinement granted;
    std::array<int, 32> errors{}; // of the attempts: errno, or `worked`
};

// In a process of its own that has given up all but `needs`; without them, nothing.
outcomes confined(const std::vector<remaining_needs>& needs, const std::vector<attempt>& attempts) {
    const fd_pair report = make_pipe();
    const pid_t child = ::fork();
    if (child == 0) {
        outcomes told;
        for (const remaining_needs& each : needs)
            told.granted = confine(each);
        std::size_t next = 0;
        for (const attempt& each : attempts) {
            errno = 0;
            told.errors.at(next++) = each() == -1 ? errno : worked;
        }
        const auto written = ::write(report.second.get(), &told, sizeof told);
        ::_exit(written == static_cast<ssize_t>(sizeof told) ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    REQUIRE(status == 0);
    outcomes told;
    REQUIRE(::read(report.first.get(), &told, sizeof told) == static_cast<ssize_t>(sizeof told));
    return told;
}

remaining_needs setup_needs() {
    remaining_needs needs;
    needs.files = file_need::read;
    needs.sockets = true;
    return needs;
}

// `remaining_needs` as they are by default.
const std::vector<remaining_needs> data_only(1);

long open_file(int mode) {
    return ::open("/dev/null", mode | O_CLOEXEC);
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return place;
}

long connect_to(int socket, std::uint16_t port) {
    const sockaddr_in place = loopback(port);
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&place), sizeof place);
}

long bind_to(int socket, std::uint16_t port) {
    const sockaddr_in place = loopback(port);
    return ::bind(socket, reinterpret_cast<const sockaddr*>(&place), sizeof place);
}

long start_program() {
    char name[] = "/bin/true";
    char* const words[] = {name, nullptr};
    return ::execve(name, words, nullptr); // where it works the child ends without a report
}

long start_process() {
    const long child = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (child == 0)
        ::_exit(0);
    return child;
}

long start_thread() {
    try {
        std::thread{[] {}}.join();
    } catch (const std::system_error& why) {
        errno = why.code().value();
        return -1;
    }
    return 0;
}

long type_on_terminal() {
    return ::ioctl(STDIN_FILENO, TIOCSTI, "x");
}

TEST_CASE("whoever only moves data opens, makes, connects and starts nothing") {
    const listener server;
    const unique_fd made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const std::vector<attempt> attempts{
        [] { return open_file(O_RDONLY); },
        [] { return ::socket(AF_INET, SOCK_STREAM, 0); },
        [&] { return connect_to(made.get(), server.port()); },
        [&] { return bind_to(made.get(), 0); },
        start_process,
        [] { return ::kill(::getppid(), 0); },
        [] { return ::mkdir("/dev/null/x", 0700); },
        start_program,
    };
    const outcomes told = confined(data_only, attempts);
    REQUIRE(told.granted.no_new_privileges);
    if (told.granted.filter) {
        for (std::size_t i = 0; i < attempts.size(); ++i) {
            CAPTURE(i);
            CHECK(told.errors.at(i) == ENOSYS);
        }
    } else if (told.granted.landlock > 0) {
        CHECK(told.errors[0] == EACCES);
        CHECK(told.errors[7] == EACCES);
    }
}

TEST_CASE("what is forbidden works otherwise") {
    const listener server;
    const unique_fd made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const outcomes free = confined(
        {}, {
                [] { return open_file(O_RDONLY); },
                [] { return open_file(O_WRONLY); },
                [] { return ::socket(AF_INET, SOCK_STREAM, 0); },
                [&] { return bind_to(made.get(), 0); },
                [&] { return connect_to(made.get(), server.port()); },
                start_process,
                start_thread,
                [] { return ::kill(::getppid(), 0); },
            });
    for (std::size_t i = 0; i < 8; ++i) {
        CAPTURE(i);
        CHECK(free.errors.at(i) == worked);
    }
}

TEST_CASE("moving data goes on") {
    const fd_pair pipe = make_pipe();
    const fd_pair sockets = make_socket_pair();
    const fd_pair tcp = make_tcp_pair();
    const outcomes told = confined(
        data_only, {
                       [&] { return ::write(pipe.second.get(), "abc", 3); },
                       [&] {
                           return ::splice(
                               pipe.first.get(), nullptr, tcp.first.get(), nullptr, 2,
                               SPLICE_F_MOVE);
                       },
                       [&] { return ::send(sockets.first.get(), "x", 1, MSG_NOSIGNAL); },
                       [&] {
                           char byte = 0;
                           return ::recv(sockets.second.get(), &byte, 1, MSG_DONTWAIT);
                       },
                       [] {
                           int ends[2];
                           return ::pipe2(ends, O_CLOEXEC);
                       },
                       [&] { return ::fcntl(pipe.second.get(), F_SETPIPE_SZ, 1 << 16); },
                       [&] {
                           pollfd one{pipe.first.get(), POLLIN, 0};
                           return ::poll(&one, 1, 0);
                       },
                       [] { return ::epoll_create1(EPOLL_CLOEXEC); },
                       [] { return ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC); },
                       [&] {
                           struct stat about {};
                           return ::fstat(pipe.first.get(), &about);
                       },
                       [&] { return ::shutdown(tcp.first.get(), SHUT_WR); },
                       [&] {
                           int waiting = 0;
                           return ::ioctl(pipe.first.get(), FIONREAD, &waiting);
                       },
                       [] {
                           std::array<char, 16> bytes{};
                           return ::getrandom(bytes.data(), bytes.size(), 0);
                       },
                       [] {
                           const std::vector<char> large(std::size_t{8} << 20U);
                           return large.empty() ? -1 : 0;
                       },
                       [] {
                           timespec now{};
                           return ::syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
                       },
                   });
    for (std::size_t i = 0; i < 15; ++i) {
        CAPTURE(i);
        CHECK(told.errors.at(i) == worked);
    }
}

TEST_CASE("whoever still connects reads files but writes none, and starts no program") {
    const listener server;
    const std::uint16_t unused = closed_port();
    const unique_fd free{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const unique_fd other{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const outcomes told = confined({setup_needs()}, {
        [] { return open_file(O_RDONLY); }, [] { return ::socket(AF_INET, SOCK_DGRAM, 0); },
            [&] { return connect_to(free.get(), server.port()); }, start_thread,
            // From here on forbidden by the filter.
            [&] { return ::listen(other.get(), 1); },
            [] { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr); },
            [] { return ::kill(::getppid(), 0); }, type_on_terminal,
            [] { return ::chmod("/dev/null", 0666); },
#if defined(__x86_64__)
            [] { return ::syscall(0x4000'0000L + 520); }, // execve of x32
#endif
            // By Landlock.
            [] { return open_file(O_WRONLY); },
            [] { return ::mkdir("/tmp/sockscat-confined", 0700); },
            [&] { return bind_to(other.get(), unused); },
            start_program, // by both
    });
#if defined(__x86_64__)
    constexpr std::size_t landlock = 10;
#else
    constexpr std::size_t landlock = 9;
#endif
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        CHECK(told.errors.at(i) == worked);
    }
    for (std::size_t i = 4; i < landlock && told.granted.filter; ++i) {
        CAPTURE(i);
        CHECK(told.errors.at(i) == EPERM);
    }
    if (told.granted.landlock > 0) {
        CHECK(told.errors.at(landlock) == EACCES);
        CHECK(told.errors.at(landlock + 1) == EACCES);
    }
    if (told.granted.landlock >= 4)
        CHECK(told.errors.at(landlock + 2) == EACCES);
    if (told.granted.filter || told.granted.landlock > 0)
        CHECK(told.errors.at(landlock + 3) == (told.granted.filter ? EPERM : EACCES));
}

TEST_CASE("whoever moves data and reads files does nothing else") {
    remaining_needs needs;
    needs.files = file_need::read;
    const outcomes told = confined(
        {needs}, {
                     [] { return open_file(O_RDONLY); },
                     [] { return open_file(O_WRONLY); },
                     [] { return ::socket(AF_INET, SOCK_STREAM, 0); },
                     start_process,
                 });
    CHECK(told.errors[0] == worked);
    if (told.granted.landlock > 0)
        CHECK(told.errors[1] == EACCES);
    if (told.granted.filter) {
        CHECK(told.errors[2] == ENOSYS);
        CHECK(told.errors[3] == ENOSYS);
    }
}

TEST_CASE("files may be written, and other processes signalled, by whoever needs that") {
    remaining_needs needs = setup_needs();
    needs.files = file_need::write;
    needs.processes = true;
    const outcomes told = confined(
        {needs}, {
                     [] { return open_file(O_WRONLY); },
                     [] { return ::kill(::getppid(), 0); },
                     type_on_terminal,
                 });
    CHECK(told.errors[0] == worked);
    CHECK(told.errors[1] == worked);
    if (told.granted.filter)
        CHECK(told.errors[2] == EPERM);
}

TEST_CASE("what was given up does not come back") {
    const outcomes told = confined(
        {{}, setup_needs()}, {
                                 [] { return open_file(O_RDONLY); },
                                 [] { return ::socket(AF_INET, SOCK_DGRAM, 0); },
                             });
    if (told.granted.no_new_privileges && told.errors[1] != worked)
        CHECK(told.errors[0] != worked);
    const outcomes order = confined({setup_needs(), {}}, {[] { return open_file(O_RDONLY); }});
    if (order.granted.filter || order.granted.landlock > 0)
        CHECK(order.errors[0] != worked);
}

TEST_CASE("a thread that was there before can do no more than the others, and ends") {
    std::atomic<bool> is_confined{false};
    std::atomic<int> got{-1};
    const outcomes told = confined({}, {[&] {
                                       std::thread before{[&] {
                                           while (!is_confined)
                                               std::this_thread::yield();
                                           got = open_file(O_RDONLY) == -1 ? errno : worked;
                                       }};
                                       const confinement granted = confine({});
                                       is_confined = true;
                                       before.join();
                                       errno = got;
                                       return granted.filter ? -1 : 0;
                                   }});
    CHECK((told.errors[0] == ENOSYS || told.errors[0] == worked)); // the latter without a filter
}

TEST_CASE("no new privileges are what the kernel says, too") {
    const outcomes told = confined(data_only, {[] { return 0; }});
    CHECK(told.granted.no_new_privileges);
    const outcomes setup = confined(
        {setup_needs()}, {[] { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -1; }});
    CHECK(setup.errors[0] == worked);
}

} // namespace
} // namespace sockscat::tests
