// SPDX-License-Identifier: MIT
// usage: without_asio PROXY HOST PORT
// The handshake on a plain blocking socket, without Asio: prints what HOST PORT sends.
#include <sockscat/handshake_machine.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <netdb.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

int failed(const std::string& why) {
    std::fprintf(stderr, "without_asio: %s\n", why.c_str());
    return 1;
}

// A TCP connection to the proxy, or -1.
int connect_to(const sockscat::proxy_spec& proxy) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(proxy.host.c_str(), std::to_string(proxy.port).c_str(), &wanted, &found) != 0)
        return -1;
    int connected = -1;
    for (const addrinfo* each = found; each != nullptr && connected == -1; each = each->ai_next) {
        const int fd = socket(each->ai_family, SOCK_STREAM, 0);
        if (fd != -1 && connect(fd, each->ai_addr, each->ai_addrlen) == 0)
            connected = fd;
        else if (fd != -1)
            close(fd);
    }
    freeaddrinfo(found);
    return connected;
}

void write_all(int fd, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t size = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size <= 0)
            return; // the next read says why
        bytes = bytes.subspan(static_cast<std::size_t>(size));
    }
}

void read_some(int fd, sockscat::handshake_machine& machine) {
    pollfd readable{fd, POLLIN, 0};
    const int limit_ms = machine.is_optional() ? 400 : 10'000;
    if (poll(&readable, 1, limit_ms) == 0)
        return machine.timed_out();
    std::vector<std::uint8_t> buffer(machine.wanted());
    const ssize_t size = recv(fd, buffer.data(), buffer.size(), 0);
    if (size > 0)
        machine.received({buffer.data(), static_cast<std::size_t>(size)});
    else if (size == 0)
        machine.closed();
    else
        machine.closed({errno, std::system_category()});
}

// True if it succeeded: then the next byte on `fd` is from the target.
bool shake_hands(int fd, sockscat::handshake_machine& machine) {
    for (;;) {
        switch (machine.next()) {
        case sockscat::handshake_step::send:
            write_all(fd, machine.output());
            machine.sent();
            break;
        case sockscat::handshake_step::receive:
            read_some(fd, machine);
            break;
        case sockscat::handshake_step::listening: // with proxy_command::bind only
            machine.await_peer();
            break;
        case sockscat::handshake_step::done:
            return true;
        case sockscat::handshake_step::failed:
            return false;
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: without_asio PROXY HOST PORT\n", stderr);
        return 2;
    }
    auto proxy = sockscat::parse_proxy_url(argv[1]);
    if (!proxy)
        return failed(to_string(proxy.error()));
    auto host = sockscat::parse_host(argv[2]);
    if (!host)
        return failed(to_string(host.error()));
    const sockscat::address target{host.value(), static_cast<std::uint16_t>(std::atoi(argv[3]))};
    auto made = sockscat::handshake_machine::create(
        proxy.value(), sockscat::proxy_command::connect, target);
    if (!made)
        return failed(to_string(made.error()));

    const int fd = connect_to(proxy.value());
    if (fd == -1)
        return failed("cannot connect to " + proxy.value().label());
    const bool granted = shake_hands(fd, made.value());
    if (granted) {
        std::vector<char> buffer(4096);
        for (ssize_t size; (size = read(fd, buffer.data(), buffer.size())) > 0;)
            std::fwrite(buffer.data(), 1, static_cast<std::size_t>(size), stdout);
    }
    close(fd);
    return granted ? 0 : failed(to_string(made.value().fault()));
}
