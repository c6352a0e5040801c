// SPDX-License-Identifier: MIT
#include "probe_list.hpp"

#include "output/wait.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace sockscat::cli {

std::vector<listed_url> urls_in(std::string_view text) {
    std::vector<listed_url> urls;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
            line.remove_suffix(1);
        while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
            line.remove_prefix(1);
        if (!line.empty() && line.front() != '#')
            urls.push_back({line, number});
    }
    return urls;
}

result<std::string> read_list(const std::string& path, int interrupt_fd) {
    const bool is_stdin = path == "-";
    const int fd = is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const std::string what = is_stdin ? "standard input" : quote(path);
    const auto failed = [&] {
        return usage_error(
            "--from: cannot read " + what + ": " + std::generic_category().message(errno));
    };
    if (fd == -1)
        return failed();
    std::string text;
    std::array<char, 65536> buffer; // NOLINT: filled by the read
    for (;;) {
        if (!wait_uninterrupted(fd, POLLIN, interrupt_fd))
            return interrupted("interrupted while the list was read");
        const auto got = ::read(fd, buffer.data(), buffer.size());
        if (got == -1 && errno != EAGAIN && errno != EINTR)
            return failed();
        if (got == 0)
            break;
        if (got > 0)
            text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    if (!is_stdin)
        ::close(fd);
    return text;
}

} // namespace sockscat::cli
