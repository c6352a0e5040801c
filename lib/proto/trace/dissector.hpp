// SPDX-License-Identifier: MIT
/// Messages taken apart into rows of a trace.
#pragma once

#include "base/wire.hpp"

#include <sockscat/trace.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::proto {

/// Takes fields off the front of a message and writes a row for each.
class dissector {
  public:
    dissector(base::byte_view bytes, std::vector<trace_row>& rows) : rest_{bytes}, rows_{rows} {}

    [[nodiscard]] base::byte_view peek(std::size_t count) const;
    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    base::byte_view take(std::size_t count);

    void row(std::string bytes, std::string meaning, bool malformed = false);
    /// A field of fixed size whose meaning depends on its bytes; cut short it is malformed.
    void field(
        std::size_t count,
        std::string_view name,
        const std::function<std::string(base::byte_view)>& says);
    /// Whatever is left has no meaning here.
    void rest_is_surplus();

  private:
    base::byte_view rest_;
    std::vector<trace_row>& rows_;
};

// What a field says: a big-endian number; a code and its meaning; text.
std::string number(base::byte_view bytes);
std::string code(std::uint8_t value, std::string_view meaning);
std::string quoted(base::byte_view bytes);

} // namespace sockscat::proto
