// SPDX-License-Identifier: MIT
/// Text that may come from a stranger, made fit for a terminal, a log or JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sockscat {

/// The text with everything escaped as \xNN that could move a cursor, hide or reorder text: C0,
/// DEL, C1, invalid UTF-8, line and paragraph separators, bidirectional controls; a backslash is
/// doubled. The result is valid UTF-8 without control characters.
std::string escape(std::string_view text);

/// escape() in double quotes; inner double quotes are escaped too.
std::string quote(std::string_view text);

/// "1 byte", "2 bytes": `noun` takes an s.
std::string counted(std::size_t count, std::string_view noun);

/// Two hexadecimal digits a byte, `separator` between bytes.
std::string hex(std::span<const std::uint8_t> bytes, std::string_view separator = "");

} // namespace sockscat
