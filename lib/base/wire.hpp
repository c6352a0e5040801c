// SPDX-License-Identifier: MIT
/// Bytes of messages: a bounded reader and a buffer that forgets its contents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sockscat::base {

using byte_view = std::span<const std::uint8_t>;

/// A message under construction. Its memory is reserved at the start, never moves, and is zeroed at
/// the end: it may hold a password.
class message_buffer {
  public:
    /// `limit`: the most bytes it will ever hold; more is a programming error (std::length_error).
    explicit message_buffer(std::size_t limit);
    ~message_buffer();
    message_buffer(const message_buffer&) = delete;
    message_buffer& operator=(const message_buffer&) = delete;

    void u8(std::uint8_t value);
    void u16(std::uint16_t value); ///< big-endian
    void bytes(byte_view value);
    void text(std::string_view value);

    [[nodiscard]] byte_view view() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    /// Zeroes and empties it.
    void clear();

  private:
    void make_room(std::size_t more) const;

    std::size_t limit_;
    std::vector<std::uint8_t> bytes_;
};

/// Reads a message front to back; past the end every read gives nothing, and goes on doing so.
class reader {
  public:
    explicit reader(byte_view bytes) : rest_{bytes} {}

    std::optional<std::uint8_t> u8();
    std::optional<std::uint16_t> u16(); ///< big-endian
    std::optional<byte_view> bytes(std::size_t count);
    [[nodiscard]] std::size_t left() const { return rest_.size(); }

  private:
    byte_view rest_;
};

std::string_view as_text(byte_view bytes);

} // namespace sockscat::base
