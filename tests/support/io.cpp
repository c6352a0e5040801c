// SPDX-License-Identifier: MIT
#include "io.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace sockscat::tests {
namespace {

// As the program does; writes to a closed pipe must be errors.
[[maybe_unused]] const auto no_sigpipe = std::signal(SIGPIPE, SIG_IGN);

int checked(int outcome, const char* what) {
    if (outcome == -1)
        throw std::system_error{errno, std::generic_category(), what};
    return outcome;
}

void wait_for(int fd, short event) {
    pollfd one{fd, event, 0};
    const auto limit = static_cast<int>(std::chrono::milliseconds{patience}.count());
    if (checked(::poll(&one, 1, limit), "poll") == 0)
        throw std::runtime_error{"nothing happened on a descriptor"};
}

sockaddr_in loopback(const std::string& ip, std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    ::inet_pton(AF_INET, ip.c_str(), &where.sin_addr);
    return where;
}

const sockaddr* generic(const sockaddr_in& where) {
    return reinterpret_cast<const sockaddr*>(&where);
}

sockaddr_in name_of(int fd) {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    checked(::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size), "getsockname");
    return where;
}

std::size_t read_once(int fd, std::uint8_t* where, std::size_t size) {
    wait_for(fd, POLLIN);
    return static_cast<std::size_t>(checked(static_cast<int>(::read(fd, where, size)), "read"));
}

} // namespace

unique_fd& unique_fd::operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

void unique_fd::close() {
    if (fd_ != -1)
        ::close(std::exchange(fd_, -1));
}

fd_pair make_pipe() {
    int ends[2] = {-1, -1};
    checked(::pipe2(ends, O_CLOEXEC), "pipe2");
    return {unique_fd{ends[0]}, unique_fd{ends[1]}};
}

fd_pair make_socket_pair() {
    int ends[2] = {-1, -1};
    checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
    return {unique_fd{ends[0]}, unique_fd{ends[1]}};
}

fd_pair make_tcp_pair() {
    const listener server;
    unique_fd client{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    const sockaddr_in where = loopback("127.0.0.1", server.port());
    checked(::connect(client.get(), generic(where), sizeof where), "connect");
    return {std::move(client), server.accept()};
}

listener::listener(const std::string& ip, std::uint16_t port)
    : fd_{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")} {
    const sockaddr_in where = loopback(ip, port);
    checked(::bind(fd_.get(), generic(where), sizeof where), "bind");
    checked(::listen(fd_.get(), 16), "listen");
    port_ = ntohs(name_of(fd_.get()).sin_port);
}

listener listener::at_path(const std::string& path, int backlog) {
    unique_fd fd{checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::strncpy(where.sun_path, path.c_str(), sizeof where.sun_path - 1);
    checked(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), "bind");
    checked(::listen(fd.get(), backlog), "listen");
    return listener{std::move(fd)};
}

unique_fd listener::accept() const {
    wait_for(fd_.get(), POLLIN);
    return unique_fd{checked(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4")};
}

bool listener::is_asked() const {
    return is_readable(fd_.get());
}

void listener::fill_backlog() {
    sockaddr_storage where{};
    socklen_t size = sizeof where;
    checked(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&where), &size), "getsockname");
    checked(::listen(fd_.get(), 0), "listen");
    for (int i = 0; i < 64; ++i) {
        unique_fd one{checked(
            ::socket(where.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")};
        const int code =
            ::connect(one.get(), reinterpret_cast<const sockaddr*>(&where), size) == 0 ? 0 : errno;
        pollfd writable{one.get(), POLLOUT, 0};
        // On loopback a connection stands at once or not at all.
        const bool stands = code == 0 || (code == EINPROGRESS && ::poll(&writable, 1, 100) == 1);
        fillers_.push_back(std::move(one));
        if (!stands)
            return;
    }
    throw std::runtime_error{"a backlog that is never full"};
}

std::uint16_t closed_port() {
    // Bound but not listening, and kept to the end: nobody else can take it.
    static const unique_fd reserved = [] {
        unique_fd fd{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
        const sockaddr_in where = loopback("127.0.0.1", 0);
        checked(::bind(fd.get(), generic(where), sizeof where), "bind");
        return fd;
    }();
    return ntohs(name_of(reserved.get()).sin_port);
}

void write_all(int fd, const bytes& content) {
    for (std::size_t done = 0; done < content.size();) {
        wait_for(fd, POLLOUT);
        const std::size_t left = content.size() - done;
        ssize_t count = ::send(fd, content.data() + done, left, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count == -1 && errno == ENOTSOCK) // POLLOUT on a pipe promises room for PIPE_BUF bytes
            count = ::write(fd, content.data() + done, std::min<std::size_t>(left, PIPE_BUF));
        if (count == -1 && errno != EAGAIN)
            checked(-1, "write");
        done += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
}

bytes read_exactly(int fd, std::size_t size) {
    bytes out(size);
    for (std::size_t done = 0; done < size;) {
        const std::size_t got = read_once(fd, out.data() + done, size - done);
        if (got == 0) {
            out.resize(done);
            return out;
        }
        done += got;
    }
    return out;
}

bytes read_to_end(int fd) {
    bytes out;
    bytes buffer(65'536);
    while (const std::size_t got = read_once(fd, buffer.data(), buffer.size()))
        out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
    return out;
}

void expect(int fd, const bytes& content) {
    if (read_exactly(fd, content.size()) != content)
        throw std::runtime_error{"other bytes came than were expected"};
}

void expect_end(int fd) {
    if (!read_to_end(fd).empty())
        throw std::runtime_error{"bytes came where the end was expected"};
}

bool is_readable(int fd) {
    pollfd one{fd, POLLIN, 0};
    return ::poll(&one, 1, 0) == 1;
}

void reset_on_close(int fd) {
    const linger how{1, 0};
    checked(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &how, sizeof how), "setsockopt");
}

bytes pattern(std::size_t size, std::uint32_t seed) {
    bytes out(size);
    for (std::uint8_t& byte : out) {
        seed = seed * 1'664'525U + 1'013'904'223U;
        byte = static_cast<std::uint8_t>(seed >> 24U);
    }
    return out;
}

scratch_directory::scratch_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "sockscat-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error{errno, std::generic_category(), "mkdtemp"};
    path_ = name;
}

scratch_directory::~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

background::background(std::function<void()> job)
    : thread_{[this, work = std::move(job)] {
          try {
              work();
          } catch (...) {
              thrown_ = std::current_exception();
          }
      }} {}

background::~background() {
    if (thread_.joinable())
        thread_.join();
}

void background::finish() {
    thread_.join();
    if (thrown_)
        std::rethrow_exception(thrown_);
}

void must(bool holds, const char* what) {
    if (!holds)
        throw std::runtime_error{what};
}

std::chrono::milliseconds stopwatch::elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start_);
}

} // namespace sockscat::tests
