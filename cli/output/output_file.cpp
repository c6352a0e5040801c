// SPDX-License-Identifier: MIT
#include "output_file.hpp"

#include "wait.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
namespace {

// N of "/dev/fd/N" and the like; -1 for any other path.
int inherited_descriptor(std::string_view path) {
    static constexpr std::pair<std::string_view, int> names[] = {
        {"/dev/stdin", 0}, {"/dev/stdout", 1}, {"/dev/stderr", 2}};
    for (const auto& [name, fd] : names)
        if (path == name)
            return fd;
    for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
        if (!path.starts_with(folder))
            continue;
        int number = -1;
        const char* const end = path.data() + path.size();
        const auto parsed = std::from_chars(path.data() + folder.size(), end, number);
        return parsed.ec == std::errc{} && parsed.ptr == end && number >= 0 ? number : -1;
    }
    return -1;
}

int open_now(const std::string& path) {
    // As it is: not emptied, at its own offset, and whatever it is; a socket cannot be reopened.
    if (const int inherited = inherited_descriptor(path); inherited != -1)
        return ::fcntl(inherited, F_DUPFD_CLOEXEC, 3);
    const int fd = open_uninterrupted(
        path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd != -1)
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK); // O_NONBLOCK was for the open
    return fd;
}

bool is_fifo(const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 && S_ISFIFO(about.st_mode);
}

// Another process that writes to the same pipe may have taken the room. False when it was always
// so.
bool pause_for_others(int times) {
    constexpr int most = 100;
    constexpr int pause_ms = 20;
    ::poll(nullptr, 0, pause_ms);
    errno = EAGAIN;
    return times < most;
}

// Whether a write of up to PIPE_BUF bytes will not block, waited for a while.
bool has_room(int fd) {
    constexpr int limit_ms = 2'000;
    pollfd one{fd, POLLOUT, 0};
    return ::poll(&one, 1, limit_ms) != 0; // an error is the write's too
}

} // namespace

result<int> open_output(std::string_view option, const std::string& path, int interrupt_fd) {
    if (path.empty())
        return -1;
    for (;;) {
        const int fd = open_now(path);
        if (fd != -1)
            return fd;
        const std::error_code code{errno, std::generic_category()};
        if (code != std::errc::no_such_device_or_address ||
            !is_fifo(path)) // ENXIO: no one reads the FIFO yet
            return usage_error(
                std::string{option} + ": cannot write " + quote_value(path) + ": " +
                code.message());
        if (!wait_uninterrupted(-1, 0, interrupt_fd, std::chrono::milliseconds{100}))
            return interrupted("interrupted while waiting for " + quote_value(path));
    }
}

bool write_all(int fd, std::string_view text) {
    for (int refused = 0; !text.empty();) {
        if (!has_room(fd)) {
            errno = EAGAIN;
            return false;
        }
        const auto written = ::write(fd, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
        if (written == -1 && (errno == EINTR || (errno == EAGAIN && pause_for_others(++refused))))
            continue;
        if (written <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(written));
        refused = 0;
    }
    return true;
}

} // namespace sockscat::cli
