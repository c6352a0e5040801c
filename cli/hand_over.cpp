// SPDX-License-Identifier: MIT
#include "hand_over.hpp"

#include "console.hpp"
#include "exit_status.hpp"

#include <sockscat/text.hpp>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <iterator>
#include <span>
#include <string>
#include <system_error>
#include <unistd.h>

namespace sockscat::cli {
namespace {

// With the slash at its end; empty where /proc is not mounted.
std::string own_directory() {
    std::array<char, PATH_MAX> path{};
    const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
    const std::string text(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return text.substr(0, text.rfind('/') + 1);
}

} // namespace

int hand_over(char** argv) {
    const std::string beside = own_directory();
    const std::string places[] = {
        beside + "sockscat-full", beside + SOCKSCAT_FULL_FROM_HERE, SOCKSCAT_FULL};
    std::string cause = "there is no " + escape(std::end(places)[-1]) + ", which this run needs";
    for (const std::string& path : std::span{places}.subspan(beside.empty() ? 2 : 0)) {
        ::execv(path.c_str(), argv);
        const int reason = errno;
        if (::access(path.c_str(), F_OK) != 0)
            continue;
        cause = "cannot run " + escape(path) + ": " + std::generic_category().message(reason);
        break;
    }
    std::signal(SIGPIPE, SIG_IGN); // not before: it would be passed on
    console{}.error(cause);
    return exit_stream;
}

} // namespace sockscat::cli
