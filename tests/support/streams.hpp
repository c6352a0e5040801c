// SPDX-License-Identifier: MIT
/// Streams that are no sockets of the library.
#pragma once

#include "bytes.hpp"

#include "net/syscall.hpp"

#include <sockscat/stream.hpp>

#include <algorithm>
#include <poll.h>
#include <sys/socket.h>

namespace sockscat::tests {

/// Lends a descriptor to relay(), which uses nothing else of a stream.
class borrowed_stream final : public stream {
  public:
    explicit borrowed_stream(int fd) : fd_{fd} {}

    io_result try_read(std::span<std::uint8_t> buffer) override {
        return net::outcome(::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT));
    }
    io_result try_write(std::span<const std::uint8_t> content) override {
        return net::outcome(
            ::send(fd_, content.data(), content.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    }
    io_result try_shut_down() override { return net::outcome(::shutdown(fd_, SHUT_WR)); }
    [[nodiscard]] short read_events() const override { return POLLIN; }
    [[nodiscard]] short write_events() const override { return POLLOUT; }
    [[nodiscard]] int descriptor() const override { return fd_; }
    asio::awaitable<std::error_code> wait(short) override { co_return std::error_code{}; }
    [[nodiscard]] std::optional<address> remote() const override { return std::nullopt; }
    [[nodiscard]] bool is_private() const override { return true; }
    [[nodiscard]] int native_handle() const override { return fd_; }

  private:
    int fd_;
};

/// Gives what it was filled with, keeps what is written; ends, with or without an error, when it is
/// empty.
class memory_stream final : public stream {
  public:
    explicit memory_stream(bytes input, std::size_t at_once = SIZE_MAX)
        : input_{std::move(input)}, at_once_{at_once} {}

    io_result try_read(std::span<std::uint8_t> buffer) override {
        const std::size_t size = std::min({buffer.size(), at_once_, left().size()});
        std::copy_n(input_.begin() + static_cast<std::ptrdiff_t>(taken_), size, buffer.begin());
        taken_ += size;
        return io_result{size == 0 ? ends_with : std::error_code{}, size};
    }
    io_result try_write(std::span<const std::uint8_t> content) override {
        writes.emplace_back(content.begin(), content.end());
        return io_result{write_fails, write_fails ? 0 : content.size()};
    }
    io_result try_shut_down() override { return {}; }
    [[nodiscard]] short read_events() const override { return POLLIN; }
    [[nodiscard]] short write_events() const override { return POLLOUT; }
    [[nodiscard]] int descriptor() const override { return -1; }
    asio::awaitable<std::error_code> wait(short) override { co_return std::error_code{}; }
    [[nodiscard]] std::optional<address> remote() const override { return std::nullopt; }
    [[nodiscard]] bool is_private() const override { return is_on_loopback; }

    [[nodiscard]] bytes left() const {
        return {input_.begin() + static_cast<std::ptrdiff_t>(taken_), input_.end()};
    }

    std::vector<bytes> writes;
    std::error_code ends_with;
    std::error_code write_fails;
    bool is_on_loopback{true};

  private:
    bytes input_;
    std::size_t at_once_;
    std::size_t taken_{0};
};

/// Hands on every call: for what wants to own a stream that the test keeps.
class lent_stream : public stream {
  public:
    explicit lent_stream(stream& real) : real_{real} {}

    io_result try_read(std::span<std::uint8_t> buffer) override { return real_.try_read(buffer); }
    io_result try_write(std::span<const std::uint8_t> content) override {
        return real_.try_write(content);
    }
    io_result try_shut_down() override { return real_.try_shut_down(); }
    void abandon() override { real_.abandon(); }
    [[nodiscard]] short read_events() const override { return real_.read_events(); }
    [[nodiscard]] short write_events() const override { return real_.write_events(); }
    [[nodiscard]] int descriptor() const override { return real_.descriptor(); }
    asio::awaitable<std::error_code> wait(short events) override { return real_.wait(events); }
    [[nodiscard]] std::optional<address> remote() const override { return real_.remote(); }
    [[nodiscard]] bool is_private() const override { return real_.is_private(); }

  private:
    stream& real_;
};

} // namespace sockscat::tests
