// SPDX-License-Identifier: MIT
/// \file
/// Base64 (RFC 4648 section 4).
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

/// The text of some bytes, padded, without line breaks.
SOCKSCAT_EXPORT std::string to_base64(std::span<const std::uint8_t> bytes);

/// The bytes of a text. Strict: padded, no blanks, no bits beyond the last byte. Nothing if `text`
/// is not base64.
SOCKSCAT_EXPORT std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

} // namespace sockscat
