// SPDX-License-Identifier: MIT
#include "process.hpp"

#include <sockscat/proxy_spec.hpp>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <iterator>
#include <poll.h>
#include <span>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace sockscat::cli {
namespace {

// Sanitizers look into their own process from outside.
constexpr bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

// In the order of their numbers: what is opened gets the lowest free one.
void fill_standard_streams() {
    pollfd streams[] = {{STDIN_FILENO, 0, 0}, {STDOUT_FILENO, 0, 0}, {STDERR_FILENO, 0, 0}};
    if (::poll(std::data(streams), std::size(streams), 0) <= 0)
        return;
    for (const pollfd& each : streams)
        if ((each.revents & POLLNVAL) != 0) {
            // Output not for writing: lost output must not look like success.
            const int mode = each.fd == STDERR_FILENO ? O_WRONLY : O_RDONLY;
            [[maybe_unused]] const int opened = ::open("/dev/null", mode);
        }
}

// "-xURL", "--proxy=URL" or "URL".
std::size_t url_offset(std::string_view argument) {
    if (argument.starts_with("--"))
        return std::min(argument.find('='), argument.size() - 1) + 1;
    const std::size_t letter = argument.find('x');
    return argument.starts_with('-') && letter != std::string_view::npos ? letter + 1 : 0;
}

} // namespace

void prepare_process() {
    fill_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
}

void restrict_process() {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!is_sanitized())
        ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int raise_descriptor_limit() {
    constexpr rlim_t kept_for_others = 24; // standard streams, files, the event loop, name lookup
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= kept_for_others)
        return 1;
    return static_cast<int>(std::min<rlim_t>(limit.rlim_cur - kept_for_others, 1'000'000));
}

void blank_passwords(int argc, char** argv) {
    for (char* const argument : std::span{argv, static_cast<std::size_t>(argc)}.subspan(1)) {
        const std::string_view text{argument};
        const std::size_t offset = url_offset(text);
        const auto password = find_password(text.substr(offset));
        if (password)
            std::fill_n(argument + offset + password->offset, password->length, 'x');
    }
}

} // namespace sockscat::cli
