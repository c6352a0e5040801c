// SPDX-License-Identifier: MIT
#include "fake_clock.hpp"

#include <cerrno>
#include <sys/timerfd.h>

namespace sockscat::fuzz {
namespace {

std::chrono::nanoseconds clock_now{std::chrono::hours{1}};

} // namespace

std::chrono::milliseconds now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock_now);
}

void pass(std::chrono::milliseconds time) {
    clock_now += time;
}

} // namespace sockscat::fuzz

// These take the place of the C++ library's and of the system's in the executable.

std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept {
    return time_point{std::chrono::nanoseconds{sockscat::fuzz::clock_now}};
}

// Without it Asio looks at the clock itself.
extern "C" int timerfd_create(int, int) noexcept {
    errno = EINVAL;
    return -1;
}
