// SPDX-License-Identifier: MIT
#include "tcp_state.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace sockscat::net {

bool is_gone(int socket) {
    tcp_info about{};
    socklen_t size = sizeof about;
    const bool is_tcp = ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &about, &size) == 0;
    return is_tcp && about.tcpi_state == TCP_CLOSE;
}

bool is_all_acknowledged(int socket) {
    int unacknowledged = 0;
    return ::ioctl(socket, SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0;
}

} // namespace sockscat::net
