// SPDX-License-Identifier: MIT
/// \file
/// Making text from elsewhere safe for a terminal, a log or JSON, and small pieces of messages.
#pragma once

#include <sockscat/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

/// The text with everything escaped as `\xNN` that could move a cursor, hide or reorder text: C0,
/// DEL, C1, invalid UTF-8, line and paragraph separators, bidirectional controls; a backslash is
/// doubled. The result is valid UTF-8 without control characters.
SOCKSCAT_EXPORT std::string escape(std::string_view text);

/// escape() in double quotes; inner double quotes are escaped too.
SOCKSCAT_EXPORT std::string quote(std::string_view text);

/// quote(), cut after 100 bytes.
SOCKSCAT_EXPORT std::string quote_start(std::string_view text);

/// quote_start() of a user's input, for an error about it, with "***" in place of what may be a
/// password: what redact_url() hides in a URL; in other texts what is between a ':' and the last
/// '@', or after a ':', unless that belongs to an absolute path or is certainly between a host and
/// a port.
SOCKSCAT_EXPORT std::string quote_value(std::string_view text);

/// "1 byte", "2 bytes": an s is appended to `noun`.
SOCKSCAT_EXPORT std::string counted(std::size_t count, std::string_view noun);

/// Two hexadecimal digits per byte, in lower case, `separator` between bytes.
SOCKSCAT_EXPORT std::string hex(
    std::span<const std::uint8_t> bytes, std::string_view separator = "");

/// The two hexadecimal digits of one byte: "7e".
SOCKSCAT_EXPORT std::string hex_byte(std::uint8_t value);

/// A time limit in seconds, with a fraction if needed: "10 s", "0.5 s".
SOCKSCAT_EXPORT std::string seconds_text(std::chrono::milliseconds limit);

/// ASCII letters in lower case, everything else as it is, whatever the locale.
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// ASCII letters in lower case, everything else as it is, whatever the locale.
SOCKSCAT_EXPORT std::string lower(std::string_view text);

/// The items of a list with commas between them; some may be empty, and an empty list is one empty
/// item. They are views of `list`.
SOCKSCAT_EXPORT std::vector<std::string_view> split_at_commas(std::string_view list);

} // namespace sockscat
