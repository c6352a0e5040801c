// SPDX-License-Identifier: MIT
#include "output_file.hpp"

#include "parse.hpp"

#include <sockscat/text.hpp>

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace sockscat::cli {
namespace {

// What somebody else has open is appended to, not emptied.
bool is_inherited(const std::string& path) {
    return path.starts_with("/dev/fd/") || path.starts_with("/dev/std") ||
           path.starts_with("/proc/self/fd/");
}

int open_now(const std::string& path) {
    const int emptied = is_inherited(path) ? 0 : O_TRUNC;
    const int fd = ::open(
        path.c_str(), O_WRONLY | O_CREAT | emptied | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
        0666);
    if (fd != -1)
        ::fcntl(
            fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK); // O_NONBLOCK was for the open alone
    return fd;
}

bool was_interrupted(int interrupt_fd) {
    pollfd one{interrupt_fd, POLLIN, 0};
    return ::poll(&one, 1, 100) > 0;
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
        if (code != std::errc::no_such_device_or_address) // ENXIO: a FIFO that nobody reads yet
            return usage_error(
                std::string{option} + ": cannot write " + quote(path) + ": " + code.message());
        if (was_interrupted(interrupt_fd)) {
            error why = usage_error("interrupted while " + quote(path) + " was waited for");
            why.code = std::make_error_code(std::errc::interrupted);
            return why;
        }
    }
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written == -1 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace sockscat::cli
