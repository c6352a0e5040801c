// SPDX-License-Identifier: MIT
/// Text: what comes from a stranger made fit for a terminal, a log or JSON, and small pieces that
/// many messages are made of.
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

/// The text with everything escaped as \xNN that could move a cursor, hide or reorder text: C0,
/// DEL, C1, invalid UTF-8, line and paragraph separators, bidirectional controls; a backslash is
/// doubled. The result is valid UTF-8 without control characters.
SOCKSCAT_EXPORT std::string escape(std::string_view text);

/// escape() in double quotes; inner double quotes are escaped too.
SOCKSCAT_EXPORT std::string quote(std::string_view text);

/// quote(), cut after 100 bytes.
SOCKSCAT_EXPORT std::string quote_start(std::string_view text);

/// quote_start() of what a user gave, for an error about it, with "***" in place of what may be a
/// password: what redact_url() hides of a URL, and in other texts what is between a ':' and the
/// last '@', or behind a ':' that is neither that of an absolute path nor between a host and a port
/// for certain.
SOCKSCAT_EXPORT std::string quote_value(std::string_view text);

/// "1 byte", "2 bytes": `noun` takes an s.
SOCKSCAT_EXPORT std::string counted(std::size_t count, std::string_view noun);

/// Two hexadecimal digits per byte, in lower case, `separator` between bytes.
SOCKSCAT_EXPORT std::string hex(
    std::span<const std::uint8_t> bytes, std::string_view separator = "");

/// The two hexadecimal digits of one byte: "7e".
SOCKSCAT_EXPORT std::string hex_byte(std::uint8_t value);

/// A time limit in seconds, with fractions if it has some: "10 s", "0.5 s".
SOCKSCAT_EXPORT std::string seconds_text(std::chrono::milliseconds limit);

/// ASCII letters in lower case, everything else as it is, whatever the locale.
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
SOCKSCAT_EXPORT std::string lower(std::string_view text);

/// The items of a list with commas between them; some may be empty, and an empty list is one empty
/// item. They are views of `list`.
SOCKSCAT_EXPORT std::vector<std::string_view> split_at_commas(std::string_view list);

} // namespace sockscat
