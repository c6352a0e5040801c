// SPDX-License-Identifier: MIT
/// JSON on one line, written member by member: for reports by the thousand.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sockscat::cli {

/// An element of an array has no name; names are plain ASCII without quotes. What is begun must be
/// ended.
class json_text {
  public:
    void begin_object(std::string_view name = {}) { begin(name, '{'); }
    void end_object() { end('}'); }
    void begin_array(std::string_view name) { begin(name, '['); }
    void end_array() { end(']'); }

    void text(std::string_view name, std::string_view value);
    /// null for an empty text.
    void text_or_null(std::string_view name, std::string_view value);
    void number(std::string_view name, std::integral auto value) {
        put_number(name, static_cast<std::int64_t>(value));
    }
    /// To the microsecond; null for nothing, and for what is no number.
    void milliseconds(std::string_view name, std::optional<double> value);
    void boolean(std::string_view name, bool value);
    void null(std::string_view name);

    /// All of it, and a line feed.
    std::string line() &&;

  private:
    void begin(std::string_view name, char bracket);
    void end(char bracket);
    void put_name(std::string_view name);
    void put_text(std::string_view value);
    void put_number(std::string_view name, std::int64_t value);

    std::string out_;
    bool needs_comma_{false};
};

} // namespace sockscat::cli
