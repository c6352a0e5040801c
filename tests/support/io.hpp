// SPDX-License-Identifier: MIT
/// Descriptors and peers for tests. Every wait is bounded; nothing leaves this machine.
#pragma once

#include "bytes.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace sockscat::tests {

/// How long anything here waits before it throws.
inline constexpr std::chrono::seconds patience{10};

/// Owns a descriptor.
class unique_fd {
  public:
    unique_fd() = default;
    explicit unique_fd(int fd) : fd_{fd} {}
    unique_fd(unique_fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    unique_fd& operator=(unique_fd&& other) noexcept;
    ~unique_fd() { close(); }

    [[nodiscard]] int get() const { return fd_; }
    void close();

  private:
    int fd_{-1};
};

/// Two connected ends; of a pipe, `first` is read and `second` is written.
struct fd_pair {
    unique_fd first;
    unique_fd second;
};

fd_pair make_pipe();
fd_pair make_socket_pair(); ///< Unix
fd_pair make_tcp_pair();    ///< over loopback

/// A listening socket on a loopback address, port chosen by the system unless given.
class listener {
  public:
    explicit listener(const std::string& ip = "127.0.0.1", std::uint16_t port = 0);
    /// A Unix socket.
    static listener at_path(const std::string& path, int backlog);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] unique_fd accept() const;
    [[nodiscard]] bool is_asked() const; ///< a connection waits to be accepted
    void close() { fd_.close(); }
    /// From here on connection attempts get no answer.
    void fill_backlog();

  private:
    explicit listener(unique_fd fd) : fd_{std::move(fd)} {}

    unique_fd fd_;
    std::uint16_t port_{0};
    std::vector<unique_fd> fillers_;
};

/// A port on 127.0.0.1 on which nobody listens.
std::uint16_t closed_port();

void write_all(int fd, const bytes& content);
bytes read_exactly(int fd, std::size_t size);
bytes read_to_end(int fd);
/// Throws unless exactly these bytes come next.
void expect(int fd, const bytes& content);
/// Throws unless the stream ends next.
void expect_end(int fd);
/// True if a read would not wait.
bool is_readable(int fd);
/// Makes close(2) a reset.
void reset_on_close(int fd);

/// `size` bytes that do not repeat soon.
bytes pattern(std::size_t size, std::uint32_t seed);

/// A directory of its own, removed at the end with the files named in it.
class scratch_directory {
  public:
    scratch_directory();
    ~scratch_directory();
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

/// A thread that plays the other side.
class background {
  public:
    explicit background(std::function<void()> job);
    ~background();
    background(const background&) = delete;
    background& operator=(const background&) = delete;
    /// Waits for its end; throws what it threw.
    void finish();

  private:
    std::exception_ptr thrown_;
    std::thread thread_;
};

/// What CHECK is in the test's own thread: throws unless it holds.
void must(bool holds, const char* what = "another thread has found something wrong");

class stopwatch {
  public:
    [[nodiscard]] std::chrono::milliseconds elapsed() const;

  private:
    std::chrono::steady_clock::time_point start_{std::chrono::steady_clock::now()};
};

} // namespace sockscat::tests
