// SPDX-License-Identifier: MIT
#include "far_end.hpp"

#include "syscall.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sockscat::net {

io_result far_end::receive(std::span<std::uint8_t> buffer) const {
    return outcome(
        uninterrupted([&] { return ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT); }));
}

io_result far_end::send(std::span<const std::uint8_t> bytes) const {
    return outcome(uninterrupted(
        [&] { return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); }));
}

void far_end::shut_down_sending() const {
    ::shutdown(fd_, SHUT_WR); // a socket that is reset already needs none
}

std::chrono::microseconds far_end::round_trip() const {
    tcp_info about{};
    socklen_t size = sizeof about;
    if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &about, &size) != 0)
        return {};
    return std::chrono::microseconds{about.tcpi_rtt};
}

} // namespace sockscat::net
