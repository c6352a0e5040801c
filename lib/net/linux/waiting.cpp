// SPDX-License-Identifier: MIT
#include "waiting.hpp"

#include <algorithm>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace sockscat::net {
namespace {

// So often the same set is waited for before it is worth its system calls.
constexpr int often = 64;

// Events have the same values in both.
static_assert(
    POLLIN == EPOLLIN && POLLOUT == EPOLLOUT && POLLERR == EPOLLERR && POLLHUP == EPOLLHUP);

void clear(repeated_poll::entries& wanted) {
    for (pollfd& each : wanted)
        each.revents = 0;
}

} // namespace

repeated_poll::~repeated_poll() {
    forget();
}

void repeated_poll::forget() {
    if (epoll_ != -1)
        ::close(std::exchange(epoll_, -1));
    times_ = 0;
}

bool repeated_poll::is_repeated(const entries& wanted) {
    const auto is_same = [](const pollfd& one, const pollfd& other) {
        return one.fd == other.fd && one.events == other.events;
    };
    if (!std::equal(wanted.begin(), wanted.end(), last_.begin(), is_same)) {
        forget();
        last_ = wanted;
    }
    if (times_ < often && ++times_ == often)
        remember(wanted);
    return epoll_ != -1;
}

// What it cannot remember, such as regular files, is polled for.
void repeated_poll::remember(const entries& wanted) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < size && epoll_ != -1; ++i) {
        epoll_event event{};
        event.events = static_cast<std::uint32_t>(wanted[i].events);
        event.data.u64 = i;
        if (wanted[i].fd != -1 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wanted[i].fd, &event) != 0)
            ::close(std::exchange(epoll_, -1));
    }
}

void repeated_poll::wait(entries& wanted, int timeout_ms) {
    if (!is_repeated(wanted)) {
        if (::poll(wanted.data(), wanted.size(), timeout_ms) <= 0)
            clear(wanted);
        return;
    }
    std::array<epoll_event, size> came; // NOLINT(*-member-init): filled by the call
    const int count = ::epoll_wait(epoll_, came.data(), static_cast<int>(size), timeout_ms);
    clear(wanted);
    for (int i = 0; i < count; ++i) {
        const epoll_event& each = came[static_cast<std::size_t>(i)];
        wanted[each.data.u64].revents = static_cast<short>(each.events);
    }
}

} // namespace sockscat::net
