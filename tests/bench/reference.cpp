// SPDX-License-Identifier: MIT
// What the kernel allows: the same work without a proxy and without a feature.
//
//   bench_reference down|up|both PORT        stdin and stdout to 127.0.0.1:PORT
//   bench_reference datagrams PORT COUNT SIZE [SOCKSPORT]   echoed, a batch of 64 on the way
//
// down and up move pages: from a socket that never blocks, so that no reader of a pipe is locked
// out while it waits.
#include "common.hpp"

#include <array>
#include <poll.h>
#include <string_view>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <vector>

namespace {

using namespace bench;

constexpr int large = 1 << 20;

mode_t type_of(int fd) {
    struct stat about {};
    ::fstat(fd, &about);
    return about.st_mode & S_IFMT;
}

void wait_for(int fd, short what) {
    pollfd one{fd, what, 0};
    ::poll(&one, 1, -1);
}

void splice_all(int from, int to) {
    for (;;) {
        const ssize_t moved =
            ::splice(from, nullptr, to, nullptr, large, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        if (moved == 0 || (moved < 0 && errno != EAGAIN && errno != EINTR))
            return;
        if (moved < 0) {
            wait_for(from, POLLIN);
            wait_for(to, POLLOUT);
        }
    }
}

void splice_through_pipe(int from, int to) {
    int ends[2];
    checked(::pipe2(ends, O_CLOEXEC), "pipe2");
    ::fcntl(ends[1], F_SETPIPE_SZ, large);
    for (;;) {
        ssize_t moved = ::splice(from, nullptr, ends[1], nullptr, large, SPLICE_F_MOVE);
        if (moved < 0 && errno == EAGAIN) {
            wait_for(from, POLLIN);
            continue;
        }
        if (moved <= 0)
            return;
        while (moved > 0)
            moved -= checked(
                ::splice(ends[0], nullptr, to, nullptr, static_cast<std::size_t>(moved), 0),
                "splice");
    }
}

void move(int from, int to) {
    const bool is_piped = type_of(from) == S_IFIFO || type_of(to) == S_IFIFO;
    if (!is_piped && type_of(from) == S_IFREG)
        for (;;) {
            const ssize_t sent = ::sendfile(to, from, nullptr, 1 << 30);
            if (sent == 0 || (sent < 0 && errno != EAGAIN))
                return;
            if (sent < 0)
                wait_for(to, POLLOUT);
        }
    if (!is_piped)
        return splice_through_pipe(from, to);
    ::fcntl(type_of(from) == S_IFIFO ? from : to, F_SETPIPE_SZ, large);
    splice_all(from, to);
}

void converse(int fd) {
    std::array<char, 65'536> buffer;
    std::array<pollfd, 2> both{{{STDIN_FILENO, POLLIN, 0}, {fd, POLLIN, 0}}};
    for (;;) {
        ::poll(both.data(), both.size(), -1);
        for (const pollfd& one : both) {
            if (one.revents == 0)
                continue;
            const ssize_t got = ::read(one.fd, buffer.data(), buffer.size());
            const int to = one.fd == fd ? STDOUT_FILENO : fd;
            if (got <= 0 || !put(to, buffer.data(), static_cast<std::size_t>(got)))
                return;
        }
    }
}

std::vector<unsigned char> header_through(int& fd, int& port, int socks) {
    fd = dial(socks);
    std::array<unsigned char, 10> reply{};
    put(fd, "\5\1\0", 3);
    get(fd, reply.data(), 2);
    put(fd, "\5\3\0\1\0\0\0\0\0\0", 10);
    if (!get(fd, reply.data(), reply.size()))
        die("UDP ASSOCIATE");
    port = reply[8] << 8 | reply[9];
    return {0, 0, 0, 1, 127, 0, 0, 1, 0, 7};
}

void datagrams(int port, int count, std::size_t size, int socks) {
    int control = -1;
    std::vector<unsigned char> content;
    if (socks != 0)
        content = header_through(control, port, socks);
    content.resize(content.size() + size, 'd');
    const int fd = checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
    const sockaddr_in to = loopback(port);
    checked(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), "connect");
    const timeval patience{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    constexpr int batch = 64;
    std::vector<std::vector<unsigned char>> rooms(batch, content);
    std::vector<iovec> pieces(batch);
    std::vector<mmsghdr> messages(batch);
    for (std::size_t i = 0; i < batch; ++i) {
        pieces[i] = {rooms[i].data(), rooms[i].size()};
        messages[i].msg_hdr.msg_iov = &pieces[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    const std::int64_t began = now();
    int back = 0;
    for (int sent = 0; sent < count;) {
        const int out = checked(::sendmmsg(fd, messages.data(), batch, 0), "sendmmsg");
        sent += out;
        for (int left = out; left > 0;) {
            const int in = ::recvmmsg(fd, messages.data(), batch, MSG_WAITFORONE, nullptr);
            if (in <= 0)
                break;
            left -= in;
            back += in;
        }
    }
    std::printf("%.0f\n", back * 1e9 / static_cast<double>(now() - began));
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3)
        return 2;
    const std::string_view what{argv[1]};
    if (what == "datagrams") {
        datagrams(
            std::atoi(argv[2]), std::atoi(argv[3]), static_cast<std::size_t>(std::atoi(argv[4])),
            argc > 5 ? std::atoi(argv[5]) : 0);
        return 0;
    }
    const int fd = dial(std::atoi(argv[2]));
    if (what == "both") {
        converse(fd);
        return 0;
    }
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    if (what == "down") {
        move(fd, STDOUT_FILENO);
        return 0;
    }
    move(STDIN_FILENO, fd);
    ::shutdown(fd, SHUT_WR);
    wait_for(fd, POLLIN);
    return 0;
}
