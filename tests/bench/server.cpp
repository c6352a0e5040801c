// SPDX-License-Identifier: MIT
// A SOCKS4, 4a and 5 server that is its own destination, so that no second hop blurs the figures.
//
//   bench_server [--bytes N] [--delay-ms D] [--password USER:PASSWORD] [--addresses N]
//
// Prints "socks=PORT direct_source=PORT ... \n" and serves until it is killed. The port that is
// asked for says what is there: 7 echoes, 9 takes everything and answers one byte at the end, 13
// sends one byte and ends, 19 sends N bytes and ends. --delay-ms holds back everything it says in a
// handshake, and the first byte behind it. UDP ASSOCIATE: port 7 echoes. --addresses: N proxies
// more, at 127.10.0.1 and so on, with the same port.
#include "common.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <thread>
#include <vector>

namespace {

using namespace bench;

std::uint64_t source_bytes = 1 << 30;
int delay_ms = 0;
std::string login;
int payload_file = -1;
constexpr std::size_t payload_size = 1 << 20;

void be_source(int fd) {
    for (std::uint64_t left = source_bytes; left > 0;) {
        off_t from = 0;
        const ssize_t sent =
            ::sendfile(fd, payload_file, &from, std::min<std::uint64_t>(left, payload_size));
        if (sent <= 0)
            return;
        left -= static_cast<std::uint64_t>(sent);
    }
}

void be_sink(int fd) {
    // MSG_TRUNC: counted and thrown away by the kernel.
    while (::recv(fd, nullptr, 1 << 24, MSG_TRUNC) > 0) {
    }
    put(fd, "!", 1);
}

void be_echo(int fd) {
    std::array<char, 65'536> buffer;
    for (;;) {
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got <= 0 || !put(fd, buffer.data(), static_cast<std::size_t>(got)))
            return;
    }
}

void be(int fd, int port) {
    if (port == 7)
        be_echo(fd);
    else if (port == 9)
        be_sink(fd);
    else if (port == 13)
        put(fd, "x", 1);
    else if (port == 19)
        be_source(fd);
}

constexpr int batch = 64;
constexpr std::size_t datagram_room = 2'048;

void echo_datagrams(int fd) {
    std::vector<std::array<char, datagram_room>> rooms(batch);
    std::vector<sockaddr_in> from(batch);
    std::vector<iovec> pieces(batch);
    std::vector<mmsghdr> messages(batch);
    for (std::size_t i = 0; i < batch; ++i) {
        pieces[i] = {rooms[i].data(), datagram_room};
        messages[i].msg_hdr = {&from[i], sizeof from[i], &pieces[i], 1, nullptr, 0, 0};
    }
    for (;;) {
        for (iovec& piece : pieces)
            piece.iov_len = datagram_room;
        const int got = ::recvmmsg(fd, messages.data(), batch, MSG_WAITFORONE, nullptr);
        if (got <= 0)
            return;
        for (int i = 0; i < got; ++i) // a SOCKS header says the same in both directions
            pieces[static_cast<std::size_t>(i)].iov_len =
                messages[static_cast<std::size_t>(i)].msg_len;
        for (int sent = 0; sent < got;) {
            const int now_sent =
                ::sendmmsg(fd, messages.data() + sent, static_cast<unsigned>(got - sent), 0);
            if (now_sent <= 0)
                break;
            sent += now_sent;
        }
    }
}

void associate(int fd) {
    int port = 0;
    const int datagrams = bound(SOCK_DGRAM, port);
    const int room = 4 << 20;
    setsockopt(datagrams, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    std::thread echoing{[datagrams] { echo_datagrams(datagrams); }};
    const unsigned char reply[] = {5,
                                   0,
                                   0,
                                   1,
                                   127,
                                   0,
                                   0,
                                   1,
                                   static_cast<unsigned char>(port >> 8),
                                   static_cast<unsigned char>(port)};
    put(fd, reply, sizeof reply);
    char ignored = 0;
    while (::read(fd, &ignored, 1) > 0) {
    }
    ::shutdown(datagrams, SHUT_RDWR);
    echoing.join();
    ::close(datagrams);
}

bool read_login(int fd) {
    unsigned char size = 0;
    std::string user(255, 0);
    std::string password(255, 0);
    char version = 0;
    if (!get(fd, &version, 1) || !get(fd, &size, 1) || !get(fd, user.data(), size))
        return false;
    user.resize(size);
    if (!get(fd, &size, 1) || !get(fd, password.data(), size))
        return false;
    password.resize(size);
    const bool is_right = user + ":" + password == login;
    put(fd, is_right ? "\1\0" : "\1\1", 2);
    return is_right;
}

bool serve5(int fd) {
    std::array<unsigned char, 256> bytes{};
    unsigned char count = 0;
    if (!get(fd, &count, 1) || !get(fd, bytes.data(), count))
        return false;
    const unsigned char method = login.empty() ? 0 : 2;
    const auto* const last = bytes.data() + count;
    const bool is_offered = std::find(bytes.cbegin(), last, method) != last;
    const unsigned char selection[] = {5, is_offered ? method : static_cast<unsigned char>(0xFF)};
    put(fd, selection, sizeof selection);
    if (!is_offered)
        return false;
    if (!login.empty() && !read_login(fd))
        return false;
    if (!get(fd, bytes.data(), 4))
        return false;
    const int command = bytes[1];
    unsigned char size = bytes[3] == 1 ? 4 : 16;
    if (bytes[3] == 3 && !get(fd, &size, 1))
        return false;
    if (!get(fd, bytes.data(), size + std::size_t{2}))
        return false;
    const int port = bytes[size] << 8 | bytes[size + 1U];
    if (command == 3) {
        associate(fd);
        return true;
    }
    if (command != 1)
        return put(fd, "\5\7\0\1\0\0\0\0\0\0", 10);
    put(fd, "\5\0\0\1\0\0\0\0\0\0", 10);
    be(fd, port);
    return true;
}

bool skip_text(int fd) {
    char byte = 1;
    while (byte != 0)
        if (!get(fd, &byte, 1))
            return false;
    return true;
}

bool serve4(int fd) {
    std::array<unsigned char, 7> bytes{};
    if (!get(fd, bytes.data(), bytes.size()) || !skip_text(fd))
        return false;
    const bool is_name = bytes[3] == 0 && bytes[4] == 0 && bytes[5] == 0 && bytes[6] != 0;
    if (is_name && !skip_text(fd))
        return false;
    if (bytes[0] != 1)
        return put(fd, "\0\x5b\0\0\0\0\0\0", 8);
    put(fd, "\0\x5a\0\0\0\0\0\0", 8);
    be(fd, bytes[1] << 8 | bytes[2]);
    return true;
}

void serve(int fd) {
    no_delay(fd);
    unsigned char version = 0;
    if (get(fd, &version, 1))
        version == 5 ? serve5(fd) : serve4(fd);
    ::shutdown(fd, SHUT_WR);
    char ignored = 0;
    while (::read(fd, &ignored, 1) > 0) {
    }
    ::close(fd);
}

// What comes at one end leaves the other so much later, in the same order and as far apart.
void be_wire(int from, int to) {
    struct piece {
        std::int64_t due;
        std::string bytes;
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<piece> pieces;
    std::thread sender{[&] {
        for (;;) {
            std::unique_lock lock{mutex};
            changed.wait(lock, [&] { return !pieces.empty(); });
            const piece next = std::move(pieces.front());
            pieces.pop_front();
            lock.unlock();
            const std::int64_t left = next.due - now();
            if (left > 0)
                ::usleep(static_cast<useconds_t>(left / 1'000));
            if (next.bytes.empty() || !put(to, next.bytes.data(), next.bytes.size()))
                break;
        }
        ::shutdown(to, SHUT_WR);
    }};
    std::array<char, 65'536> buffer;
    for (ssize_t got = 1; got > 0;) {
        got = ::read(from, buffer.data(), buffer.size());
        const std::lock_guard lock{mutex};
        pieces.push_back(
            {now() + delay_ms * 1'000'000LL,
             std::string(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)))});
        changed.notify_one();
    }
    sender.join();
}

void serve_far_away(int fd) {
    no_delay(fd);
    int ends[2];
    checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
    std::thread proxy{[inner = ends[1]] { serve(inner); }};
    std::thread back{[&] { be_wire(ends[0], fd); }};
    be_wire(fd, ends[0]);
    back.join();
    proxy.join();
    ::close(ends[0]);
    ::close(fd);
}

bool accept_one(int listener, int port) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0)
        return false;
    std::thread{[fd, port] {
        if (port == 0)
            return delay_ms > 0 ? serve_far_away(fd) : serve(fd);
        no_delay(fd);
        be(fd, port);
        ::close(fd);
    }}.detach();
    return true;
}

void accept_all(int listener, int port) {
    while (accept_one(listener, port)) {
    }
}

// One thread for all addresses: those of nobody who calls just now cost nothing.
void be_many(int count, int port) {
    const int all = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    for (int i = 1; i <= count; ++i) {
        sockaddr_in at = loopback(port);
        at.sin_addr.s_addr = htonl((127U << 24U) | (10U << 16U) | static_cast<unsigned>(i));
        epoll_event one{};
        one.events = EPOLLIN;
        one.data.fd = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
        checked(::bind(one.data.fd, reinterpret_cast<sockaddr*>(&at), sizeof at), "bind");
        checked(::listen(one.data.fd, 64), "listen");
        checked(::epoll_ctl(all, EPOLL_CTL_ADD, one.data.fd, &one), "epoll_ctl");
    }
    std::thread{[all] {
        std::array<epoll_event, 64> ready{};
        for (;;) {
            const int got = ::epoll_wait(all, ready.data(), static_cast<int>(ready.size()), -1);
            for (int i = 0; i < got; ++i)
                accept_one(ready[static_cast<std::size_t>(i)].data.fd, 0);
        }
    }}.detach();
}

int listen_on(int& port) {
    const int fd = bound(SOCK_STREAM, port);
    checked(::listen(fd, 4'096), "listen");
    return fd;
}

void make_payload() {
    payload_file = checked(::memfd_create("payload", MFD_CLOEXEC), "memfd_create");
    std::string line;
    for (std::size_t i = 0; i < payload_size; ++i)
        line.push_back(static_cast<char>('0' + (i * 7 + i / 83) % 75));
    put(payload_file, line.data(), line.size());
}

} // namespace

int main(int argc, char** argv) {
    int addresses = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name{argv[i]};
        if (name == "--bytes")
            source_bytes = std::strtoull(argv[i + 1], nullptr, 10);
        else if (name == "--delay-ms")
            delay_ms = std::atoi(argv[i + 1]);
        else if (name == "--password")
            login = argv[i + 1];
        else if (name == "--addresses")
            addresses = std::atoi(argv[i + 1]);
    }
    std::signal(SIGPIPE, SIG_IGN);
    make_payload();
    for (const auto& [name, service] :
         {std::pair{"socks", 0}, {"echo", 7}, {"sink", 9}, {"byte", 13}, {"source", 19}}) {
        int port = 0;
        const int fd = listen_on(port);
        std::thread{[fd, what = service] { accept_all(fd, what); }}.detach();
        if (service == 0)
            be_many(addresses, port);
        std::printf("%s=%d ", name, port);
    }
    int port = 0;
    const int datagrams = bound(SOCK_DGRAM, port);
    std::thread{[datagrams] { echo_datagrams(datagrams); }}.detach();
    std::printf("datagrams=%d\n", port);
    std::fflush(stdout);
    ::pause();
}
