// SPDX-License-Identifier: MIT
#include "open_anew.hpp"

#include <fcntl.h>
#include <string>
#include <sys/ioctl.h>

namespace sockscat::net {

int open_anew(int fd, int mode) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    return ::open(path.c_str(), mode | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

bool is_pty_master(int terminal) {
    int number = 0;
    return ::ioctl(terminal, TIOCGPTN, &number) == 0;
}

} // namespace sockscat::net
