// SPDX-License-Identifier: MIT
#include "tls_terminator.hpp"

#include <cerrno>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

constexpr int tick = 20; // ms until a stop is noticed

// Without waiting. False at the end.
bool take(int fd, bytes& out) {
    bytes buffer(65'536);
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0)
        out.insert(out.end(), buffer.begin(), buffer.begin() + got);
    return got > 0 || (got == -1 && errno == EAGAIN);
}

void give(int fd, bytes& content) {
    const ssize_t gone = ::send(fd, content.data(), content.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (gone > 0)
        content.erase(content.begin(), content.begin() + gone);
    else if (gone == -1 && errno != EAGAIN)
        content.clear(); // nobody wants it any more
}

void wait_for(int one, bool one_writes, int other, bool other_writes) {
    pollfd both[] = {
        {one, static_cast<short>(POLLIN | (one_writes ? POLLOUT : 0)), 0},
        {other, static_cast<short>(POLLIN | (other_writes ? POLLOUT : 0)), 0}};
    if (one == -1 || other == -1) // poll(2) skips what is negative
        both[one == -1 ? 0 : 1].revents = 0;
    ::poll(both, 2, tick);
}

} // namespace

struct tls_terminator::state {
    unique_fd outside;
    unique_fd inside;
    std::optional<tls_server> tls;
    std::atomic<bool> stopped{false};
    std::string name;
    std::string problem;

    void run(bool handshakes) {
        if (handshakes && !tls->handshake()) {
            problem = tls->problem();
            name = tls->server_name();
            return close();
        }
        name = tls->server_name();
        try {
            copy();
        } catch (const std::runtime_error& why) {
            problem = why.what();
        }
        close();
    }

    void close() {
        outside.close();
        inside.close();
    }

    void copy() {
        bytes in;
        bytes out;
        bool outside_open = true;
        bool inside_open = true;
        while (!stopped && (outside_open || inside_open || !out.empty() || !in.empty())) {
            wait_for(
                outside_open || !out.empty() ? outside.get() : -1, !out.empty(),
                inside_open || !in.empty() ? inside.get() : -1, !in.empty());
            if (outside_open)
                outside_open = tls->take(in);
            give(inside.get(), in);
            if (!outside_open && in.empty())
                ::shutdown(inside.get(), SHUT_WR);
            if (!inside_open && out.empty())
                continue;
            if (inside_open)
                inside_open = tests::take(inside.get(), out);
            tls->give(out);
            if (!inside_open && out.empty())
                tls->end();
        }
    }
};

tls_terminator::tls_terminator(unique_fd outside, tls_server_wish wish, unique_fd inside)
    : state_{std::make_shared<state>()} {
    state_->tls.emplace(outside.get(), wish);
    state_->outside = std::move(outside);
    state_->inside = std::move(inside);
    start(true);
}

tls_terminator::tls_terminator(unique_fd outside, tls_server server, unique_fd inside)
    : state_{std::make_shared<state>()} {
    state_->tls.emplace(std::move(server));
    state_->outside = std::move(outside);
    state_->inside = std::move(inside);
    start(false);
}

void tls_terminator::start(bool handshakes) {
    thread_ = std::make_unique<background>([all = state_, handshakes] { all->run(handshakes); });
}

tls_terminator::~tls_terminator() {
    state_->stopped = true;
}

void tls_terminator::cut() {
    state_->stopped = true;
    finish();
}

void tls_terminator::finish() {
    if (thread_)
        thread_->finish();
    thread_.reset();
}

std::string tls_terminator::server_name() const {
    return state_->name;
}

std::string tls_terminator::problem() const {
    return state_->problem;
}

wire::wire(int one, int other)
    : thread_{std::make_unique<background>([this, one, other] {
          bytes there;
          bytes back;
          for (bool last = false;; last = stopped_) {
              tests::take(one, there);
              give(other, there);
              tests::take(other, back);
              give(one, back);
              if (last && there.empty() && back.empty())
                  return;
              wait_for(one, !back.empty(), other, !there.empty());
          }
      })} {}

void wire::stop() {
    stopped_ = true;
    if (thread_)
        thread_->finish();
    thread_.reset();
}

bytes read_some(int fd) {
    pollfd one{fd, POLLIN, 0};
    if (::poll(&one, 1, static_cast<int>(std::chrono::milliseconds{patience}.count())) != 1)
        throw std::runtime_error{"nothing came"};
    bytes out;
    take(fd, out);
    return out;
}

} // namespace sockscat::tests
