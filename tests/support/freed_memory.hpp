// SPDX-License-Identifier: MIT
/// What was in memory when it was given back: of a password, nothing may be.
#pragma once

#include <cstddef>
#include <string_view>

namespace sockscat::tests {

/// While there is one, every block that C++ gives back is searched. One at a time, in one thread.
class freed_memory {
  public:
    /// `mark` is looked for, and borrowed.
    explicit freed_memory(std::string_view mark);
    ~freed_memory();
    freed_memory(const freed_memory&) = delete;
    freed_memory& operator=(const freed_memory&) = delete;

    /// How many blocks had it in them.
    [[nodiscard]] std::size_t hits() const;
};

} // namespace sockscat::tests
