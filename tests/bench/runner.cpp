// SPDX-License-Identifier: MIT
// Starts a program, plays the other ends of its standard streams, prints one JSON line.
//
//   bench_runner run IN OUT HOW -- PROGRAM...     IN: null, file:PATH, pipe:BYTES, hold:BYTES (open
//                                                 afterwards); OUT: null, pipe, first (killed after
//                                                 its first byte); HOW: pages, or copy (64 KiB
//                                                 reads and writes, as ssh does)
//   bench_runner turns COUNT SIZE -- PROGRAM...   SIZE bytes there and back, COUNT times
#include "common.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

namespace {

using namespace bench;

constexpr std::size_t ssh_size = 65'536;

struct ends {
    int child{-1};
    int ours{-1};
};

ends make_pipe(bool child_reads) {
    int both[2];
    checked(::pipe2(both, O_CLOEXEC), "pipe2");
    return child_reads ? ends{both[0], both[1]} : ends{both[1], both[0]};
}

pid_t start(char** argv, const ends& in, const ends& out) {
    const pid_t child = ::vfork();
    if (child == 0) {
        ::dup2(in.child, STDIN_FILENO);
        ::dup2(out.child, STDOUT_FILENO);
        ::execvp(argv[0], argv);
        ::_exit(127);
    }
    ::close(in.child);
    ::close(out.child);
    return checked(child, "vfork");
}

double seconds_of(const timeval& value) {
    return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_usec) / 1e6;
}

// Prints what the child has used, and anything more.
int finish(pid_t child, std::int64_t began, std::int64_t bytes, std::int64_t first, double rate) {
    int status = 0;
    rusage used{};
    checked(::wait4(child, &status, 0, &used), "wait4");
    std::printf(
        "{\"wall_s\": %.6f, \"cpu_s\": %.6f, \"resident_kib\": %ld, \"status\": %d, \"bytes\": "
        "%lld, "
        "\"first_s\": %.6f, \"rate\": %.1f}\n",
        static_cast<double>(now() - began) / 1e9,
        seconds_of(used.ru_utime) + seconds_of(used.ru_stime), used.ru_maxrss,
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
        static_cast<long long>(bytes), static_cast<double>(first) / 1e9, rate);
    return 0;
}

void feed(int fd, std::uint64_t left, bool by_pages, bool stays_open) {
    static std::array<char, 1 << 20> bytes;
    bytes.fill('f');
    const std::size_t piece = by_pages ? bytes.size() : ssh_size;
    while (left > 0) {
        iovec part{bytes.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left, piece))};
        const ssize_t put =
            by_pages ? ::vmsplice(fd, &part, 1, 0) : ::write(fd, part.iov_base, part.iov_len);
        if (put <= 0)
            break;
        left -= static_cast<std::uint64_t>(put);
    }
    if (!stays_open)
        ::close(fd);
}

struct drained {
    std::int64_t bytes{0};
    std::int64_t first_at{0};
};

drained drain(int fd, bool by_pages, pid_t kill_after_first) {
    static std::array<char, ssh_size> room;
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    drained all;
    for (;;) {
        const bool is_first = all.bytes == 0;
        const ssize_t got = by_pages && !is_first
                                ? ::splice(fd, nullptr, nowhere, nullptr, 1 << 20, 0)
                                : ::read(fd, room.data(), is_first ? 1 : room.size());
        if (got <= 0)
            return all;
        all.bytes += got;
        if (!is_first)
            continue;
        all.first_at = now();
        if (kill_after_first != 0)
            ::kill(kill_after_first, SIGKILL);
    }
}

int run(std::string in, std::string_view out, bool by_pages, char** argv) {
    const std::string kind = in.substr(0, in.find(':'));
    const std::string rest = in.find(':') == std::string::npos ? "" : in.substr(in.find(':') + 1);
    ends input{::open(kind == "file" ? rest.c_str() : "/dev/null", O_RDONLY | O_CLOEXEC), -1};
    const bool is_fed = kind == "pipe" || kind == "hold";
    if (is_fed)
        input = make_pipe(true);
    ends output{::open("/dev/null", O_WRONLY | O_CLOEXEC), -1};
    if (out != "null")
        output = make_pipe(false);
    const std::int64_t began = now();
    const pid_t child = start(argv, input, output);
    std::thread feeder;
    if (is_fed)
        feeder = std::thread{
            feed, input.ours, std::strtoull(rest.c_str(), nullptr, 10), by_pages, kind == "hold"};
    drained got;
    if (out != "null")
        got = drain(output.ours, by_pages, out == "first" ? child : 0);
    const int code =
        finish(child, began, got.bytes, got.first_at == 0 ? -1 : got.first_at - began, 0);
    if (is_fed)
        feeder.join();
    return code;
}

int turns(int count, std::size_t size, char** argv) {
    const ends input = make_pipe(true);
    const ends output = make_pipe(false);
    const std::int64_t started = now();
    const pid_t child = start(argv, input, output);
    std::string bytes(size, 't');
    std::int64_t began = 0;
    for (int turn = -200; turn < count; ++turn) { // the first ones are not counted
        if (turn == 0)
            began = now();
        if (!put(input.ours, bytes.data(), size) || !get(output.ours, bytes.data(), size))
            die("turn");
    }
    const double rate = count * 1e9 / static_cast<double>(now() - began);
    ::kill(child, SIGKILL);
    return finish(child, started, 0, -1, rate);
}

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    ::alarm(300);
    if (argc > 6 && std::string_view{argv[1]} == "run")
        return run(argv[2], argv[3], std::string_view{argv[4]} == "pages", argv + 6);
    if (argc > 5 && std::string_view{argv[1]} == "turns")
        return turns(std::atoi(argv[2]), static_cast<std::size_t>(std::atoi(argv[3])), argv + 5);
    return 2;
}
