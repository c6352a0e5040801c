// SPDX-License-Identifier: MIT
/// Streams that are no sockets of the library.
#pragma once

#include "bytes.hpp"

#include <sockscat/stream.hpp>

#include <algorithm>

namespace sockscat::tests {

/// Lends a descriptor to relay(), which uses nothing else of a stream.
class borrowed_stream final : public stream {
  public:
    explicit borrowed_stream(int fd) : fd_{fd} {}

    asio::awaitable<io_result> read_some(std::span<std::uint8_t>) override {
        co_return io_result{};
    }
    asio::awaitable<io_result> write(std::span<const std::uint8_t>) override {
        co_return io_result{};
    }
    [[nodiscard]] std::optional<address> remote() const override { return std::nullopt; }
    [[nodiscard]] bool is_private() const override { return true; }
    [[nodiscard]] int native_handle() const override { return fd_; }
    [[nodiscard]] int release() override { return -1; }

  private:
    int fd_;
};

/// Gives what it was filled with, keeps what is written; ends, with or without an error, when it is
/// empty.
class memory_stream final : public stream {
  public:
    explicit memory_stream(bytes input, std::size_t at_once = SIZE_MAX)
        : input_{std::move(input)}, at_once_{at_once} {}

    asio::awaitable<io_result> read_some(std::span<std::uint8_t> buffer) override {
        const std::size_t size = std::min({buffer.size(), at_once_, left().size()});
        std::copy_n(input_.begin() + static_cast<std::ptrdiff_t>(taken_), size, buffer.begin());
        taken_ += size;
        co_return io_result{size == 0 ? ends_with : std::error_code{}, size};
    }
    asio::awaitable<io_result> write(std::span<const std::uint8_t> content) override {
        writes.emplace_back(content.begin(), content.end());
        co_return io_result{write_fails, write_fails ? 0 : content.size()};
    }
    [[nodiscard]] std::optional<address> remote() const override { return std::nullopt; }
    [[nodiscard]] bool is_private() const override { return is_on_loopback; }
    [[nodiscard]] int native_handle() const override { return -1; }
    [[nodiscard]] int release() override { return -1; }

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

} // namespace sockscat::tests
