// SPDX-License-Identifier: MIT
#include "fdpass.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace sockscat::cli {
namespace {

bool is_unix_socket(int fd) {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    return ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0 &&
           name.ss_family == AF_UNIX;
}

ssize_t send_once(int fd) {
    char byte = 0;
    iovec data{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return ::sendmsg(STDOUT_FILENO, &message, MSG_NOSIGNAL);
}

} // namespace

error not_a_plain_socket() {
    return usage_error(
        "--fdpass passes a plain socket, and this connection is protected by TLS or GSSAPI");
}

result<void> check_fdpass_output() {
    if (is_unix_socket(STDOUT_FILENO))
        return {};
    error why = usage_error("--fdpass: standard output is not a Unix socket");
    why.code = std::make_error_code(std::errc::not_a_socket);
    return why;
}

result<void> pass_descriptor(int fd) {
    while (send_once(fd) == -1) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            pollfd room{STDOUT_FILENO, POLLOUT, 0};
            ::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            const std::error_code code{errno, std::system_category()};
            error why{failure::stream, phase::none, "cannot pass the socket: " + code.message()};
            why.code = code;
            return why;
        }
    }
    return {};
}

} // namespace sockscat::cli
