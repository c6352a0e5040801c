// SPDX-License-Identifier: MIT
#include "socket_stream.hpp"

#include "net/asio_tokens.hpp"
#include "net/sockaddr.hpp"
#include "net/syscall.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace sockscat::net {

socket_stream::socket_stream(stream_socket connected) : socket_{std::move(connected)} {
    std::error_code failed;
    peer_ = socket_.remote_endpoint(failed);
    if (failed)
        peer_.resize(0);
}

stream_endpoint socket_stream::local() const {
    std::error_code ignored;
    return socket_.local_endpoint(ignored);
}

io_result socket_stream::try_read(std::span<std::uint8_t> buffer) {
    return outcome(uninterrupted(
        [&] { return ::recv(native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT); }));
}

io_result socket_stream::try_write(std::span<const std::uint8_t> bytes) {
    return outcome(uninterrupted([&] {
        return ::send(native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }));
}

io_result socket_stream::try_shut_down() {
    return outcome(::shutdown(native_handle(), SHUT_WR));
}

short socket_stream::read_events() const {
    return POLLIN;
}

short socket_stream::write_events() const {
    return POLLOUT;
}

asio::awaitable<std::error_code> socket_stream::wait(short events) {
    const auto what = (events & POLLIN) != 0 ? stream_socket::wait_read : stream_socket::wait_write;
    const auto [code] = co_await socket_.async_wait(what, as_tuple);
    co_return system_code(code);
}

std::optional<address> socket_stream::remote() const {
    return peer_.size() == 0 ? std::nullopt : from_sockaddr(peer_.data());
}

bool socket_stream::is_private() const {
    if (peer_.size() == 0)
        return false;
    const auto ip = from_sockaddr(peer_.data());
    return ip ? is_loopback(ip->host) : peer_.protocol().family() == AF_UNIX;
}

int socket_stream::native_handle() const {
    return socket_.native_handle();
}

int socket_stream::release() {
    std::error_code failed;
    const int fd = socket_.release(failed);
    if (failed)
        return -1;
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags != -1)
        ::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    return fd;
}

} // namespace sockscat::net
