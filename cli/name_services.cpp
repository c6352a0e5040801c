// SPDX-License-Identifier: MIT
#include "name_services.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <unistd.h>

namespace sockscat::cli {
namespace {

// What stands before one of `ends`, which goes, too.
std::string_view take_until(std::string_view& text, std::string_view ends) {
    const std::string_view part = text.substr(0, text.find_first_of(ends));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

constexpr std::string_view blanks = " \t\r\v\f";
constexpr std::string_view name_ends = ": \t\r\v\f";

// Actions, as [NOTFOUND=return], are about what has been asked.
bool is_inside_libc(std::string_view word) {
    return word.empty() || word == "files" || word == "dns" ||
           (word.starts_with('[') && word.find(']') == word.size() - 1);
}

} // namespace

bool needs_no_module(std::string_view nsswitch) {
    while (!nsswitch.empty()) {
        std::string_view line = take_until(nsswitch, "\n");
        line = take_until(line, "#");
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (take_until(line, name_ends) != "hosts")
            continue;
        while (!line.empty())
            if (!is_inside_libc(take_until(line, name_ends)))
                return false;
    }
    return true;
}

bool names_need_no_module() {
    const int fd = ::open("/etc/nsswitch.conf", O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return errno == ENOENT;
    std::array<char, 8192> text{};
    const auto size = ::read(fd, text.data(), text.size());
    ::close(fd);
    const bool is_whole = size >= 0 && static_cast<std::size_t>(size) < text.size();
    return is_whole && needs_no_module({text.data(), static_cast<std::size_t>(size)});
}

} // namespace sockscat::cli
