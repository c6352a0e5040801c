// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "probe/ask/cut_off.hpp"

#include <asio/io_context.hpp>

#include <array>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using probing::cut_off;

class pair_of_sockets {
  public:
    pair_of_sockets() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) == 0); }
    pair_of_sockets(const pair_of_sockets&) = delete;
    pair_of_sockets& operator=(const pair_of_sockets&) = delete;
    ~pair_of_sockets() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }

    [[nodiscard]] int ours() const { return ends_[0]; }
    /// Reads its end, both ways.
    [[nodiscard]] bool is_shut() const {
        char byte = 0;
        return ::recv(ends_[0], &byte, 1, MSG_DONTWAIT) == 0 &&
               ::recv(ends_[1], &byte, 1, MSG_DONTWAIT) == 0;
    }

  private:
    std::array<int, 2> ends_{-1, -1};
};

TEST_CASE("a connection is shut down when its time is over, and not before", "[probe]") {
    asio::io_context loop;
    const pair_of_sockets sockets;
    {
        cut_off later{loop.get_executor(), clock::now() + 1h};
        later.watch(sockets.ours());
        loop.run_for(5ms);
        CHECK_FALSE(later.has_come());
        CHECK_FALSE(sockets.is_shut());
        later.leave();
    }
    cut_off end{loop.get_executor(), clock::now() + 5ms};
    end.watch(sockets.ours());
    loop.restart();
    loop.run_for(30s);
    CHECK(loop.stopped());
    CHECK(end.has_come());
    CHECK(sockets.is_shut());
}

TEST_CASE("what was left is not shut down", "[probe]") {
    asio::io_context loop;
    const pair_of_sockets sockets;
    SECTION("in time") {
        cut_off end{loop.get_executor(), clock::now() + 20ms};
        end.watch(sockets.ours());
        end.leave();
        loop.run_for(2s);
        CHECK_FALSE(end.has_come());
    }
    SECTION("when the timer has run out already") {
        cut_off end{loop.get_executor(), clock::now() - 1ms};
        end.watch(sockets.ours());
        end.leave();
        loop.run_for(2s);
        CHECK_FALSE(end.has_come());
    }
    SECTION("by what is gone") {
        std::optional<cut_off> end{std::in_place, loop.get_executor(), clock::now() - 1ms};
        end->watch(sockets.ours());
        end.reset();
        loop.run_for(2s);
    }
    CHECK(loop.stopped());
    CHECK_FALSE(sockets.is_shut());
}

TEST_CASE("without an end there is nothing to wait for", "[probe]") {
    asio::io_context loop;
    const pair_of_sockets sockets;
    cut_off end{loop.get_executor(), clock::time_point::max()};
    end.watch(sockets.ours());
    loop.run_for(2s);
    CHECK(loop.stopped());
    CHECK_FALSE(sockets.is_shut());
}

TEST_CASE("the reminder comes once, before the end", "[probe]") {
    asio::io_context loop;
    const pair_of_sockets sockets;
    int calls = 0;
    cut_off end{loop.get_executor(), clock::now() + 60ms};
    end.remind(clock::now() + 10ms, [&] {
        ++calls;
        CHECK_FALSE(sockets.is_shut());
    });
    SECTION("unless it is forgotten") {
        end.watch(sockets.ours());
        end.forget();
        loop.run_for(2s);
        CHECK(calls == 0);
    }
    SECTION("otherwise") {
        end.watch(sockets.ours());
        loop.run_for(2s);
        CHECK(calls == 1);
    }
    CHECK(end.has_come());
}

} // namespace
} // namespace sockscat::tests
