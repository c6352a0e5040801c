// SPDX-License-Identifier: MIT
#include "password_line.hpp"

#include "output/wait.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <span>
#include <string_view>

namespace sockscat::cli {
namespace {

// A line on its way into a secret; zeroed with it.
class line_buffer {
  public:
    line_buffer() = default;
    line_buffer(const line_buffer&) = delete;
    line_buffer& operator=(const line_buffer&) = delete;
    ~line_buffer() { wipe(std::span<char>{bytes_}); }

    [[nodiscard]] bool is_empty() const { return size_ == 0; }
    [[nodiscard]] bool is_full() const { return size_ == bytes_.size(); }
    void push(char byte) { bytes_[size_++] = byte; }

    // `ended`: by a LF, and then a CR before it belongs to the line's end.
    result<secret> finish(bool ended) const {
        std::string_view line{bytes_.data(), size_};
        if (ended && line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.size() > max_credential_size)
            return usage_error("the password is longer than 255 bytes");
        if (line.find('\0') != std::string_view::npos)
            return usage_error("the password contains a NUL byte");
        return secret{line};
    }

  private:
    std::array<char, max_credential_size + 2> bytes_{}; // a CR and one byte too many fit
    std::size_t size_{0};
};

std::chrono::milliseconds time_left(const reading_limits& limits) {
    constexpr std::chrono::milliseconds without_end{-1};
    if (!limits.end)
        return without_end;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        *limits.end - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds::zero());
}

} // namespace

std::string errno_text() {
    return std::strerror(errno); // NOLINT(concurrency-mt-unsafe): one thread here
}

result<secret> read_password_line(
    int fd, const std::string& source, const reading_limits& limits, bool needs_line) {
    line_buffer line;
    while (!line.is_full()) {
        const waited came = wait_for(fd, POLLIN, limits.interrupt_fd, time_left(limits));
        if (came == waited::interrupted)
            return interrupted("interrupted while asking for the password");
        if (came == waited::timed_out)
            return error{
                failure::timeout, phase::none,
                "got no password from " + source + " within the time limit"};
        char byte = 0;
        const auto got = ::read(fd, &byte, 1);
        if (got == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got == -1)
            return usage_error("cannot read the password from " + source + ": " + errno_text());
        if (got == 0 && line.is_empty() && needs_line)
            return usage_error("got no password from " + source);
        if (got == 0 || byte == '\n')
            return line.finish(got != 0);
        line.push(byte);
    }
    return line.finish(false);
}

} // namespace sockscat::cli
