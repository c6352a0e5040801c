// SPDX-License-Identifier: MIT
#include "signals.hpp"

#include <csignal>
#include <initializer_list>
#include <sys/signalfd.h>
#include <unistd.h>

namespace sockscat::cli {
namespace {

bool is_ignored(int number) {
    struct sigaction now {};
    return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

} // namespace

signal_watch::signal_watch() {
    sigset_t ending;
    sigemptyset(&ending);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        if (!is_ignored(number)) // blocked, it would come all the same
            sigaddset(&ending, number);
    fd_ = ::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd_ != -1)
        ::sigprocmask(SIG_BLOCK, &ending, nullptr); // NOLINT(concurrency-mt-unsafe)
}

signal_watch::~signal_watch() {
    if (fd_ != -1)
        ::close(fd_);
}

int signal_watch::take() {
    signalfd_siginfo came{};
    const auto got = fd_ == -1 ? -1 : ::read(fd_, &came, sizeof came);
    return got == static_cast<ssize_t>(sizeof came) ? static_cast<int>(came.ssi_signo) : 0;
}

} // namespace sockscat::cli
