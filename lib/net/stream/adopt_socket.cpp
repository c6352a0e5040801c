// SPDX-License-Identifier: MIT
#include <sockscat/socket_stream.hpp>

#include "socket_stream.hpp"

#include <cerrno>
#include <optional>
#include <sys/socket.h>
#include <utility>

namespace sockscat {
namespace {

error unusable(const char* cause, std::error_code code) {
    error why = usage_error(cause);
    why.code = code;
    return why;
}

std::error_code last_error() {
    return {errno, std::system_category()};
}

// The address family of the other end; nothing if there is none (errno).
std::optional<int> family_of_peer(int descriptor) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == -1)
        return std::nullopt;
    return peer.ss_family;
}

} // namespace

result<std::unique_ptr<stream>> adopt_socket(
    const asio::any_io_executor& executor, int descriptor) {
    const auto family = family_of_peer(descriptor);
    if (!family)
        return unusable("the descriptor is not a connected socket", last_error());
    int type = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == -1)
        return unusable("the descriptor is not a socket", last_error());
    if (type != SOCK_STREAM)
        return unusable(
            "the descriptor is not a stream socket",
            std::make_error_code(std::errc::wrong_protocol_type));
    net::stream_socket socket{executor};
    std::error_code failed;
    socket.assign(asio::generic::stream_protocol{*family, 0}, descriptor, failed);
    if (failed)
        return unusable("the descriptor cannot be used", failed);
    return std::unique_ptr<stream>{std::make_unique<net::socket_stream>(std::move(socket))};
}

} // namespace sockscat
