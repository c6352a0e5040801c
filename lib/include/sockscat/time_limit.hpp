// SPDX-License-Identifier: MIT
/// What a time limit cut off.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>
#include <system_error>

namespace sockscat {

/// In error::code of a failure::timeout that was no silence; equal to std::errc::timed_out as well.
enum class time_limit_errc : std::uint8_t {
    in_part = 1, ///< a reply began, and stopped in its middle
};
SOCKSCAT_EXPORT const std::error_category& time_limit_category();
SOCKSCAT_EXPORT std::error_code make_error_code(time_limit_errc value);

} // namespace sockscat

template <>
struct std::is_error_code_enum<sockscat::time_limit_errc> : std::true_type {};
