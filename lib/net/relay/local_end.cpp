// SPDX-License-Identifier: MIT
#include <sockscat/local_end.hpp>

#include "net/linux/open_anew.hpp"
#include "net/syscall.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace sockscat {
namespace {

using net::outcome;
using net::uninterrupted;

const io_result not_now{{EAGAIN, std::system_category()}, 0};

bool is_same(int one, int other) {
    struct stat first {};
    struct stat second {};
    return ::fstat(one, &first) == 0 && ::fstat(other, &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

// A pipe that no one reads: what is written to it is refused, and no file system is needed.
void refer_to_nothing(int fd) {
    int ends[2]; // pipe(2) fills it
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return;
    ::close(ends[0]);
    ::dup2(ends[1], fd);
    ::close(ends[1]);
}

} // namespace

local_end::local_end(int fd, use purpose) : fd_{fd}, used_{fd} {
    struct stat about {};
    if (::fstat(fd, &about) != 0)
        return; // a closed descriptor fails at the first read or write
    if (S_ISSOCK(about.st_mode)) {
        way_ = way::socket;
        return;
    }
    is_terminal_ = S_ISCHR(about.st_mode) && ::isatty(fd) == 1;
    if (!S_ISFIFO(about.st_mode) && !is_terminal_)
        return;
    way_ = way::careful;
    if (is_terminal_ && net::is_pty_master(fd))
        return;
    if (const int own = net::open_anew(fd, purpose == use::input ? O_RDONLY : O_WRONLY);
        own != -1) {
        used_ = own;
        way_ = way::plain;
    }
}

local_end::local_end(local_end&& other) noexcept
    : fd_{other.fd_}, used_{std::exchange(other.used_, other.fd_)}, way_{other.way_},
      is_terminal_{other.is_terminal_} {}

local_end::~local_end() {
    close_own();
}

void local_end::close_own() {
    if (is_owned())
        ::close(std::exchange(used_, fd_));
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
    return outcome(uninterrupted([&] { return ::read(used_, buffer.data(), buffer.size()); }));
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
    return outcome(uninterrupted([&] { return ::write(used_, bytes.data(), size); }));
}

void local_end::end(const local_end& input) {
    close_own();
    if (way_ == way::socket && is_same(fd_, input.fd_) && !is_same(fd_, STDERR_FILENO))
        ::shutdown(fd_, SHUT_WR);
    refer_to_nothing(fd_);
    way_ = way::plain;
}

} // namespace sockscat
