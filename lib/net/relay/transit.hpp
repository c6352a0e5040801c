// SPDX-License-Identifier: MIT
/// Bytes on their way from one end of a relay to the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace sockscat::net {

/// A buffer that begins small and grows only when reads fill it, so that most tunnels never own
/// much memory.
class transit {
  public:
    static constexpr std::size_t least_space = 2; // for a CR LF
    static constexpr std::size_t first_size = 2 * 1024;
    static constexpr std::size_t large_size = 32 * 1024;
    static constexpr std::size_t greatest_size = 256 * 1024;

    [[nodiscard]] bool empty() const { return begin_ == end_; }
    /// Too little space is left, and none can be made before something is taken.
    [[nodiscard]] bool full() const { return greatest_size - end_ < least_space && !empty(); }
    /// Where to read to; at least `least_space` unless full().
    [[nodiscard]] std::span<std::uint8_t> space();
    /// So much was read into space().
    void added(std::size_t size) { end_ += size; }
    [[nodiscard]] std::span<const std::uint8_t> pending() const;
    /// So much of pending() has gone.
    void taken(std::size_t size) { begin_ += size; }
    void drop() { begin_ = end_; }
    /// The last read left no space in a buffer of some size: there is more where this came from.
    [[nodiscard]] bool overflows() const { return end_ == size_ && size_ >= large_size; }

  private:
    void grow();

    std::unique_ptr<std::uint8_t[]> bytes_; // never initialised
    std::size_t size_{0};
    std::size_t begin_{0};
    std::size_t end_{0};
};

} // namespace sockscat::net
