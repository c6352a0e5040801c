// SPDX-License-Identifier: MIT
#include <sockscat/local_end.hpp>

#include "net/syscall.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace sockscat {
namespace {

using net::outcome;
using net::uninterrupted;

const io_result not_now{{EAGAIN, std::system_category()}, 0};

// Opening the master of a pseudo-terminal again would make a new pair.
bool is_pty_master(int fd) {
    int number = 0;
    return ::ioctl(fd, TIOCGPTN, &number) == 0;
}

int open_anew(int fd, local_end::use purpose) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const int mode = purpose == local_end::use::input ? O_RDONLY : O_WRONLY;
    return ::open(path.c_str(), mode | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

} // namespace

local_end::local_end(int fd, use purpose) : fd_{fd} {
    struct stat about {};
    if (::fstat(fd, &about) != 0)
        return; // a closed descriptor fails at the first read or write
    if (S_ISSOCK(about.st_mode)) {
        way_ = way::socket;
        return;
    }
    const bool is_terminal = S_ISCHR(about.st_mode) && ::isatty(fd) == 1;
    if (!S_ISFIFO(about.st_mode) && !is_terminal)
        return;
    way_ = way::careful;
    if (is_terminal && is_pty_master(fd))
        return;
    if (const int own = open_anew(fd, purpose); own != -1) {
        fd_ = own;
        owned_ = true;
        way_ = way::plain;
    }
}

local_end::local_end(local_end&& other) noexcept
    : fd_{other.fd_}, owned_{std::exchange(other.owned_, false)}, way_{other.way_} {}

local_end::~local_end() {
    if (owned_)
        ::close(fd_);
}

// For a description that may block: both calls come only when poll(2) says that they will not.
bool local_end::is_ready(short event) const {
    pollfd one{fd_, event, 0};
    return way_ != way::careful || ::poll(&one, 1, 0) != 0;
}

io_result local_end::read(std::span<std::uint8_t> buffer) const {
    if (way_ == way::socket)
        return outcome(
            uninterrupted([&] { return ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT); }));
    if (!is_ready(POLLIN))
        return not_now;
    return outcome(uninterrupted([&] { return ::read(fd_, buffer.data(), buffer.size()); }));
}

io_result local_end::write(std::span<const std::uint8_t> bytes) const {
    if (way_ == way::socket)
        return outcome(uninterrupted(
            [&] { return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); }));
    if (!is_ready(POLLOUT))
        return not_now;
    // POLLOUT on a pipe promises room for PIPE_BUF bytes, no more.
    const std::size_t size =
        way_ == way::careful ? std::min<std::size_t>(bytes.size(), PIPE_BUF) : bytes.size();
    return outcome(uninterrupted([&] { return ::write(fd_, bytes.data(), size); }));
}

} // namespace sockscat
