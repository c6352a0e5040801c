// SPDX-License-Identifier: MIT
// The bare loop beside `probe`: connects, offers a method, reads the answer, closes; no more.
//
//   bench_asker PORT PROXIES CONNECTIONS JOBS
//
// PROXIES addresses from 127.10.0.1 on (bench_server --addresses), CONNECTIONS to each, one after
// the other, JOBS addresses at a time. One line, "answered", for each that has answered all of
// them.
#include "common.hpp"

#include <poll.h>
#include <vector>

namespace {

using namespace bench;

struct job {
    int proxy{0};
    int left{0}; // connections
    bool has_asked{false};
};

sockaddr_in address_of(int proxy, int port) {
    sockaddr_in at = loopback(port);
    at.sin_addr.s_addr = htonl(0x7F0A0000U + static_cast<std::uint32_t>(proxy));
    return at;
}

int begin(int proxy, int port) {
    const int fd =
        checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    const sockaddr_in to = address_of(proxy, port);
    const int done = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    if (done < 0 && errno != EINPROGRESS)
        die("connect");
    return fd;
}

class loop {
  public:
    loop(int port, int proxies, int connections)
        : port_{port}, proxies_{proxies}, connections_{connections} {}

    void run(int jobs) {
        while (static_cast<int>(jobs_.size()) < jobs && next_ <= proxies_)
            add();
        while (!jobs_.empty()) {
            checked(::poll(polled_.data(), polled_.size(), -1), "poll");
            for (std::size_t i = polled_.size(); i-- > 0;)
                if (polled_[i].revents != 0)
                    go_on(i);
        }
    }

  private:
    void add() {
        jobs_.push_back({next_, connections_, false});
        polled_.push_back({begin(next_, port_), POLLOUT, 0});
        ++next_;
    }

    void go_on(std::size_t i) {
        job& each = jobs_[i];
        pollfd& at = polled_[i];
        if (!each.has_asked) {
            if (!put(at.fd, "\5\1\0", 3))
                die("write");
            each.has_asked = true;
            at.events = POLLIN;
            return;
        }
        char answer[2];
        if (!get(at.fd, answer, sizeof answer))
            die("no answer");
        ::close(at.fd);
        each.has_asked = false;
        at.events = POLLOUT;
        if (--each.left > 0)
            at.fd = begin(each.proxy, port_);
        else
            finish(i);
    }

    void finish(std::size_t i) {
        std::puts("answered");
        if (next_ <= proxies_) {
            jobs_[i] = {next_, connections_, false};
            polled_[i].fd = begin(next_++, port_);
            return;
        }
        jobs_[i] = jobs_.back();
        jobs_.pop_back();
        polled_[i] = polled_.back();
        polled_.pop_back();
    }

    int port_;
    int proxies_;
    int connections_;
    int next_{1};
    std::vector<job> jobs_;
    std::vector<pollfd> polled_;
};

} // namespace

int main(int argc, char** argv) {
    if (argc != 5)
        return 2;
    loop{std::atoi(argv[1]), std::atoi(argv[2]), std::atoi(argv[3])}.run(std::atoi(argv[4]));
    return 0;
}
