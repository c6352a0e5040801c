// SPDX-License-Identifier: MIT
#include "page_mover.hpp"

#include "net/linux/pages.hpp"
#include "net/syscall.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utility>

namespace sockscat::net {
namespace {

constexpr std::size_t at_once = 1 << 20;

// So much of a file's end is copied, so that its end is noticed while the socket takes nothing.
constexpr std::size_t tail = 128 * 1024;

const io_result not_now{{EAGAIN, std::system_category()}, 0};

// The kernel would hold the lock of a pipe while it waits for a socket in blocking mode, and
// nobody could read what the pipe already has.
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

// What sendfile(2) says about the file and not about the socket. Reading will say it again.
bool is_about_file(const std::error_code& code) {
    constexpr int codes[] = {EINVAL, EIO, EISDIR, EOVERFLOW, ESTALE, ENOMEM, ENOSYS, EOPNOTSUPP};
    return std::find(std::begin(codes), std::end(codes), code.value()) != std::end(codes);
}

std::size_t rest_of(int file, const struct stat& about) {
    const off_t at = ::lseek(file, 0, SEEK_CUR);
    return at == -1 || at >= about.st_size ? 0 : static_cast<std::size_t>(about.st_size - at);
}

} // namespace

void page_sender::engage() {
    struct stat about {};
    if (std::exchange(tried_, true) || ::fstat(input_, &about) != 0)
        return;
    is_file_ = S_ISREG(about.st_mode);
    if (S_ISFIFO(about.st_mode))
        enlarge_pipe(input_);
    else if (!is_file_)
        return;
    if (is_file_) {
        const std::size_t rest = rest_of(input_, about);
        left_ = rest - std::min(rest, tail);
    }
    engaged_ = never_blocks(socket_) && (!is_file_ || left_ > 0);
}

io_result page_sender::move() {
    return is_file_ ? from_file() : from_pipe();
}

io_result page_sender::from_pipe() {
    const io_result gone = move_pages(input_, socket_, at_once);
    if (gone.code != std::errc::invalid_argument)
        return gone;
    engaged_ = false;
    return not_now;
}

io_result page_sender::from_file() {
    const io_result gone = send_file(socket_, input_, std::min(left_, at_once));
    left_ -= gone.size;
    const bool is_over = !gone.code && (gone.size == 0 || left_ == 0);
    engaged_ = !is_over && !is_about_file(gone.code);
    return engaged_ || gone.size > 0 ? gone : not_now;
}

page_receiver::~page_receiver() {
    for (const int end : own_pipe_)
        if (end != -1)
            ::close(end);
}

void page_receiver::engage() {
    struct stat about {};
    if (std::exchange(tried_, true) || ::fstat(output_, &about) != 0)
        return;
    if (S_ISFIFO(about.st_mode)) {
        enlarge_pipe(output_);
        engaged_ = never_blocks(socket_);
    } else if (is_null_device(about) || (S_ISREG(about.st_mode) && !appends(output_))) {
        engaged_ = never_blocks(socket_) && make_own_pipe();
    }
}

bool page_receiver::make_own_pipe() {
    if (::pipe2(own_pipe_, O_CLOEXEC) != 0)
        return false;
    enlarge_pipe(own_pipe_[1]);
    return true;
}

io_result page_receiver::receive() {
    const bool is_direct = own_pipe_[1] == -1;
    const io_result got = move_pages(socket_, is_direct ? output_ : own_pipe_[1], at_once);
    if (got.code == std::errc::invalid_argument) {
        engaged_ = false;
        return not_now;
    }
    if (!is_direct)
        pending_ += got.size;
    return got;
}

io_result page_receiver::deliver() {
    const io_result gone = move_pages(own_pipe_[0], output_, pending_);
    pending_ -= gone.size;
    return gone;
}

io_result page_receiver::take_pending(std::span<std::uint8_t> space) {
    const std::size_t size = std::min(space.size(), pending_);
    const io_result got =
        outcome(uninterrupted([&] { return ::read(own_pipe_[0], space.data(), size); }));
    pending_ -= got.size;
    return got;
}

} // namespace sockscat::net
