// SPDX-License-Identifier: MIT
#include "gssapi_user.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace sockscat::net {
namespace {

std::atomic<int>& users() {
    static std::atomic<int> count{0};
    return count;
}

// Runs before the finalizers of libraries, with the status of exit(3).
void leave_at_once_if_used(int status, void*) {
    if (users() == 0)
        return;
    std::fflush(nullptr);
    ::_exit(status);
}

} // namespace

gssapi_user::gssapi_user() {
    static const int registered = ::on_exit(leave_at_once_if_used, nullptr);
    static_cast<void>(registered);
    ++users();
}

gssapi_user::~gssapi_user() {
    --users();
}

} // namespace sockscat::net
