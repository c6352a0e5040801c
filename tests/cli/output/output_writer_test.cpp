// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/output/ordered_output.hpp"
#include "cli/output/output_writer.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace cli;
using namespace std::chrono_literals;

// A pipe of one page, whose reader can leave.
class page_pipe {
  public:
    page_pipe() {
        REQUIRE(::pipe(ends_.data()) == 0);
        ::fcntl(ends_[1], F_SETPIPE_SZ, 4'096);
        std::signal(SIGPIPE, SIG_IGN);
    }
    page_pipe(const page_pipe&) = delete;
    page_pipe& operator=(const page_pipe&) = delete;
    ~page_pipe() {
        close_reader();
        ::close(ends_[1]);
    }
    void close_reader() {
        if (ends_[0] != -1)
            ::close(std::exchange(ends_[0], -1));
    }
    std::string read() {
        std::string text(65'536, '\0');
        const auto got = ::read(ends_[0], text.data(), text.size());
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }
    [[nodiscard]] int writer() const { return ends_[1]; }

  private:
    std::array<int, 2> ends_{};
};

TEST_CASE("what is added comes out, once and in its order") {
    page_pipe pipe;
    const local_end end{pipe.writer(), local_end::use::output};
    output_writer out{end};
    out.add("one ");
    out.add("two\n");
    out.write_now();
    CHECK(out.is_empty());
    out.write_now();
    out.add("three\n");
    out.write_blocking(1s);
    CHECK(pipe.read() == "one two\nthree\n");
    CHECK_FALSE(out.is_broken());
}

TEST_CASE("what does not fit waits for the reader") {
    page_pipe pipe;
    const local_end end{pipe.writer(), local_end::use::output};
    output_writer out{end};
    const std::string text = std::string(5'000, 'a') + std::string(5'000, 'b');
    out.add(text);
    out.write_now();
    CHECK_FALSE(out.is_empty());
    out.write_blocking(10ms); // gives up
    CHECK_FALSE(out.is_empty());
    std::string got;
    while (got.size() < text.size()) {
        got += pipe.read();
        out.write_now();
    }
    CHECK(got == text);
    CHECK(out.is_empty());
}

TEST_CASE("an output without a reader is closed, not failed") {
    page_pipe pipe;
    const local_end end{pipe.writer(), local_end::use::output};
    pipe.close_reader();
    output_writer out{end};
    out.add("lost");
    out.write_now();
    CHECK(out.is_closed());
    CHECK(out.is_broken());
    CHECK_FALSE(out.failed());
    out.write_blocking(-1ms); // nor is it waited for
}

TEST_CASE("a full device is a failure") {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(full != -1);
    {
        const local_end end{full, local_end::use::output};
        output_writer out{end};
        out.add("lost");
        out.write_blocking(1s);
        REQUIRE(out.failed());
        CHECK(out.failed()->cause == "cannot write standard output: No space left on device");
        CHECK_FALSE(out.is_closed());
    }
    ::close(full);
}

std::string number_line(std::size_t index, const int& value) {
    return std::to_string(index) + "=" + std::to_string(value) + "\n";
}

void put_all(
    asio::io_context& context,
    ordered_output<int>& out,
    std::initializer_list<std::pair<std::size_t, int>> results) {
    for (const auto& [index, value] : results)
        asio::co_spawn(context, out.put(index, value), asio::detached);
    context.restart();
    context.run_for(100ms);
}

TEST_CASE("results are written in the order of their numbers") {
    page_pipe pipe;
    asio::io_context context{1};
    const local_end end{pipe.writer(), local_end::use::output};
    ordered_output<int> out{end, number_line, context.get_executor()};
    put_all(context, out, {{2, 20}, {1, 10}});
    out.write_rest(); // what is missing is missing
    CHECK(pipe.read() == "1=10\n2=20\n");
}

TEST_CASE("a result waits for those before it, and may be put anew until then") {
    page_pipe pipe;
    asio::io_context context{1};
    const local_end end{pipe.writer(), local_end::use::output};
    ordered_output<int> out{end, number_line, context.get_executor()};
    put_all(context, out, {{1, 10}, {1, 11}, {0, 0}, {2, 20}});
    CHECK(pipe.read() == "0=0\n1=11\n2=20\n");
}

TEST_CASE("only so many results wait, and the others until there is room") {
    page_pipe pipe;
    asio::io_context context{1};
    const local_end end{pipe.writer(), local_end::use::output};
    ordered_output<int> out{end, number_line, context.get_executor(), 2};
    int done = 0;
    const auto put = [&](std::size_t index) -> asio::awaitable<void> {
        const bool goes_on = co_await out.put(index, 7);
        CHECK(goes_on);
        ++done;
    };
    for (const std::size_t index : {std::size_t{1}, std::size_t{2}, std::size_t{3}})
        asio::co_spawn(context, put(index), asio::detached);
    context.run_for(50ms);
    CHECK(done == 1); // 2 and 3 are two and more ahead of 0
    asio::co_spawn(context, put(0), asio::detached);
    context.run_for(100ms);
    CHECK(done == 4);
    CHECK(pipe.read() == "0=7\n1=7\n2=7\n3=7\n");
}

TEST_CASE("whoever waits for room learns that nobody reads") {
    page_pipe pipe;
    asio::io_context context{1};
    const local_end end{pipe.writer(), local_end::use::output};
    ordered_output<int> out{end, number_line, context.get_executor(), 1};
    int refused = 0;
    const auto put = [&](std::size_t index) -> asio::awaitable<void> {
        const bool goes_on = co_await out.put(index, 7);
        refused += goes_on ? 0 : 1;
    };
    asio::co_spawn(context, put(5), asio::detached);
    context.run_for(20ms);
    pipe.close_reader();
    asio::co_spawn(context, put(0), asio::detached);
    context.run_for(100ms);
    CHECK(refused == 2);
    CHECK(out.writer().is_closed());
}

} // namespace
} // namespace sockscat::tests
