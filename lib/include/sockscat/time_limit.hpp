// SPDX-License-Identifier: MIT
/// \file
/// What was cut off by a time limit.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>
#include <system_error>

namespace sockscat {

/// In error::code of a failure::timeout that was not complete silence. Also equal to
/// std::errc::timed_out.
enum class time_limit_errc : std::uint8_t {
    in_part = 1, ///< a reply began, and stopped before its end
};
/// The category of time_limit_errc.
SOCKSCAT_EXPORT const std::error_category& time_limit_category();
/// The value in time_limit_category().
SOCKSCAT_EXPORT std::error_code make_error_code(time_limit_errc value);

} // namespace sockscat

/// \cond
template <>
struct std::is_error_code_enum<sockscat::time_limit_errc> : std::true_type {};
/// \endcond
