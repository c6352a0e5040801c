// SPDX-License-Identifier: MIT
// usage: dial_hook COMMAND PROXY HOST PORT
// Reaches the proxy through a command, as ssh does with ProxyCommand: the command's standard input
// and output are the connection. Prints what HOST PORT sends.
#include <sockscat/client.hpp>
#include <sockscat/socket_stream.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/this_coro.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

int failed(const std::string& why) {
    std::fprintf(stderr, "dial_hook: %s\n", why.c_str());
    return 1;
}

// One end of a socket whose other end is the command's stdin and stdout; -1: errno.
int start(const char* command) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == -1)
        return -1;
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", command, nullptr);
        _exit(127);
    }
    close(ends[1]);
    if (child != -1)
        return ends[0];
    close(ends[0]);
    return -1;
}

using dialled = sockscat::result<std::unique_ptr<sockscat::stream>>;

sockscat::dial_function through(const char* command) {
    return [command](const sockscat::proxy_spec&) -> asio::awaitable<dialled> {
        const int descriptor = start(command);
        if (descriptor == -1)
            co_return sockscat::error{
                sockscat::failure::proxy_unreachable, sockscat::phase::connect,
                std::error_code{errno, std::generic_category()}.message()};
        co_return sockscat::adopt_socket(co_await asio::this_coro::executor, descriptor);
    };
}

asio::awaitable<int> talk(
    const sockscat::connect_options& options, const sockscat::address& target) {
    auto made = co_await sockscat::connect(options, target);
    if (!made)
        co_return failed(to_string(made.error()));
    std::array<std::uint8_t, 4096> buffer{};
    for (;;) {
        const auto got = co_await made.value().io().read_some(buffer);
        if (got.code)
            co_return failed(got.code.message());
        if (got.size == 0)
            co_return 0;
        std::fwrite(buffer.data(), 1, got.size, stdout);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fputs("usage: dial_hook COMMAND PROXY HOST PORT\n", stderr);
        return 2;
    }
    auto proxy = sockscat::parse_proxy_url(argv[2]);
    if (!proxy)
        return failed(to_string(proxy.error()));
    auto host = sockscat::parse_host(argv[3]);
    if (!host)
        return failed(to_string(host.error()));
    const sockscat::address target{host.value(), static_cast<std::uint16_t>(std::atoi(argv[4]))};
    std::signal(SIGCHLD, SIG_IGN); // the system reaps the command

    sockscat::connect_options options;
    options.chain.push_back(std::move(proxy).value());
    options.time_limit = std::chrono::seconds{10};
    options.dial = through(argv[1]);

    int status = 1;
    asio::io_context context;
    asio::co_spawn(context, talk(options, target), [&](std::exception_ptr thrown, int returned) {
        if (thrown)
            std::rethrow_exception(thrown);
        status = returned;
    });
    context.run();
    return status;
}
