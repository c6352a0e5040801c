// SPDX-License-Identifier: MIT
#include "wait.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <utility>

namespace sockscat::cli {

waited wait_for(int fd, short events, int interrupt_fd, std::chrono::milliseconds limit) {
    std::array<pollfd, 2> fds{{{fd, events, 0}, {interrupt_fd, POLLIN, 0}}};
    int count = 0;
    do
        count = ::poll(fds.data(), fds.size(), static_cast<int>(limit.count()));
    while (count == -1 && errno == EINTR);
    if (count == -1)
        return waited::ready; // the call that comes next will say more
    if (fds[1].revents != 0)
        return waited::interrupted;
    return fds[0].revents == 0 ? waited::timed_out : waited::ready;
}

bool wait_uninterrupted(int fd, short events, int interrupt_fd, std::chrono::milliseconds limit) {
    return wait_for(fd, events, interrupt_fd, limit) != waited::interrupted;
}

int open_uninterrupted(const std::string& path, int flags, mode_t mode) {
    int fd = -1;
    do
        fd = ::open(path.c_str(), flags, mode);
    while (fd == -1 && errno == EINTR);
    return fd;
}

error interrupted(std::string cause) {
    error why = usage_error(std::move(cause));
    why.code = std::make_error_code(std::errc::interrupted);
    return why;
}

} // namespace sockscat::cli
