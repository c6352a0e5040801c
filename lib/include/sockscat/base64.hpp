// SPDX-License-Identifier: MIT
/// Base64 (RFC 4648 section 4). Forty lines of our own: OpenSSL's would load libcrypto at every
/// start.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

SOCKSCAT_EXPORT std::string to_base64(std::span<const std::uint8_t> bytes);

/// Strict: padded, no blanks, no bits beyond the last byte. Nothing if `text` is no base64.
SOCKSCAT_EXPORT std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

} // namespace sockscat
