// SPDX-License-Identifier: MIT
#include "cut_off.hpp"

#include <algorithm>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace sockscat::probing {

struct cut_off::state {
    // True if something is still to come.
    bool has_elapsed(time_point now) {
        if (reminder && now >= reminds_at)
            std::exchange(reminder, nullptr)();
        if (now < end)
            return true;
        ::shutdown(socket, SHUT_RDWR);
        has_come = true;
        return false;
    }

    [[nodiscard]] time_point next() const { return reminder ? std::min(reminds_at, end) : end; }

    time_point end;
    int socket{-1};
    bool has_come{false};
    time_point reminds_at;
    std::function<void()> reminder;
};

cut_off::cut_off(const asio::any_io_executor& executor, time_point end)
    : timer_{executor}, state_{std::make_shared<state>()} {
    state_->end = end;
}

void cut_off::watch(int socket) {
    state_->socket = socket;
    wait();
}

void cut_off::leave() {
    forget();
    state_->socket = -1;
    timer_.cancel();
}

void cut_off::remind(time_point when, std::function<void()> then) {
    state_->reminds_at = when;
    state_->reminder = std::move(then);
    wait();
}

void cut_off::forget() {
    state_->reminder = nullptr;
}

bool cut_off::has_come() const {
    return state_->has_come;
}

void cut_off::wait() {
    if (state_->socket == -1 || state_->next() == time_point::max())
        return;
    timer_.expires_at(state_->next());
    timer_.async_wait([this, about = state_](std::error_code cancelled) {
        if (cancelled || about->socket == -1) // `this` may be gone
            return;
        if (about->has_elapsed(std::chrono::steady_clock::now()))
            wait();
    });
}

} // namespace sockscat::probing
