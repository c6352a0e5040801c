// SPDX-License-Identifier: MIT
#include "socket_stream.hpp"

#include "asio_tokens.hpp"
#include "sockaddr.hpp"

#include <asio/buffer.hpp>
#include <asio/write.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <utility>

namespace sockscat::net {

socket_stream::socket_stream(stream_socket connected) : socket_{std::move(connected)} {}

asio::awaitable<io_result> socket_stream::read_some(std::span<std::uint8_t> buffer) {
    const auto [code, size] =
        co_await socket_.async_read_some(asio::buffer(buffer.data(), buffer.size()), as_tuple);
    if (code == asio::error::eof)
        co_return io_result{};
    co_return io_result{system_code(code), size};
}

asio::awaitable<io_result> socket_stream::write(std::span<const std::uint8_t> bytes) {
    const auto [code, size] =
        co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), as_tuple);
    co_return io_result{system_code(code), size};
}

std::optional<address> socket_stream::remote() const {
    std::error_code failed;
    const stream_endpoint peer = socket_.remote_endpoint(failed);
    if (failed)
        return std::nullopt;
    return from_sockaddr(peer.data());
}

bool socket_stream::is_private() const {
    std::error_code failed;
    const stream_endpoint peer = socket_.remote_endpoint(failed);
    if (failed)
        return false;
    const auto ip = from_sockaddr(peer.data());
    return ip ? is_loopback(ip->host) : peer.protocol().family() == AF_UNIX;
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
