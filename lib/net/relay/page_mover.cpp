// SPDX-License-Identifier: MIT
#include "page_mover.hpp"

#include "net/linux/pages.hpp"
#include "net/syscall.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utility>

namespace sockscat::net {
namespace {

constexpr std::size_t at_once = 1 << 20;

const io_result not_now{{EAGAIN, std::system_category()}, 0};

// The kernel would hold the lock of a pipe while it waits for a socket in blocking mode, and
// no one could read what the pipe already has.
bool never_blocks(int socket) {
    const int flags = socket == -1 ? -1 : ::fcntl(socket, F_GETFL);
    return flags != -1 && (flags & O_NONBLOCK) != 0;
}

bool is_null_device(const struct stat& about) {
    return S_ISCHR(about.st_mode) && about.st_rdev == makedev(1, 3);
}

bool appends(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    return flags == -1 || (flags & O_APPEND) != 0;
}

bool stands_at_end(int file) {
    struct stat about {};
    return ::fstat(file, &about) == 0 && ::lseek(file, 0, SEEK_CUR) >= about.st_size;
}

} // namespace

page_pipe::~page_pipe() {
    for (const int end : ends_)
        if (end != -1)
            ::close(end);
}

bool page_pipe::make() {
    if (::pipe2(ends_, O_CLOEXEC) != 0)
        return false;
    enlarge_pipe(ends_[1]);
    return true;
}

io_result page_pipe::fill(int from) {
    const io_result got = move_pages(from, ends_[1], at_once);
    pending_ += got.size;
    return got;
}

io_result page_pipe::drain(int to) {
    const io_result gone = move_pages(ends_[0], to, pending_);
    pending_ -= gone.size;
    return gone;
}

io_result page_pipe::take(std::span<std::uint8_t> space) {
    const std::size_t size = std::min(space.size(), pending_);
    const io_result got =
        outcome(uninterrupted([&] { return ::read(ends_[0], space.data(), size); }));
    pending_ -= got.size;
    return got;
}

void page_sender::engage() {
    struct stat about {};
    if (std::exchange(tried_, true) || ::fstat(input_, &about) != 0)
        return;
    if (S_ISFIFO(about.st_mode)) {
        enlarge_pipe(input_);
        engaged_ = never_blocks(socket_);
    } else if (S_ISREG(about.st_mode)) {
        engaged_ = never_blocks(socket_) && pipe_.make();
    }
}

io_result page_sender::move() {
    return pipe_.is_made() ? from_file() : from_pipe();
}

io_result page_sender::from_pipe() {
    const io_result gone = move_pages(input_, socket_, at_once);
    if (gone.code != std::errc::invalid_argument)
        return gone;
    engaged_ = false;
    return not_now;
}

// What goes wrong with a file, reading it will say again.
io_result page_sender::from_file() {
    if (pipe_.pending() == 0) {
        const io_result taken = pipe_.fill(input_);
        engaged_ = !taken.code;
        if (taken.code || taken.size == 0)
            return taken.code ? not_now : io_result{};
        at_end_ = taken.size < at_once && stands_at_end(input_);
    }
    const io_result gone = pipe_.drain(socket_);
    if (gone.code != std::errc::invalid_argument)
        return gone;
    engaged_ = false;
    return not_now;
}

bool page_sender::has_more() const {
    int size = 0;
    return pending() > 0 || (::ioctl(input_, FIONREAD, &size) == 0 && size > 0);
}

void page_receiver::engage() {
    struct stat about {};
    if (std::exchange(tried_, true) || ::fstat(output_, &about) != 0)
        return;
    if (S_ISFIFO(about.st_mode)) {
        enlarge_pipe(output_);
        engaged_ = never_blocks(socket_);
    } else if (is_null_device(about) || (S_ISREG(about.st_mode) && !appends(output_))) {
        engaged_ = never_blocks(socket_) && pipe_.make();
    }
}

io_result page_receiver::receive() {
    const io_result got =
        waits_for_output() ? move_pages(socket_, output_, at_once) : pipe_.fill(socket_);
    if (got.code != std::errc::invalid_argument)
        return got;
    engaged_ = false;
    return not_now;
}

} // namespace sockscat::net
