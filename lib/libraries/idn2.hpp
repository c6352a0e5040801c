// SPDX-License-Identifier: MIT
/// The functions of libidn2 that are used here.
#pragma once

#include "imported.hpp"

#include <idn2.h>

namespace sockscat {

template <class Symbol>
using from_idn2 = base::imported<library::idn2, Symbol>;

// clang-format off: one function per line
inline constinit from_idn2<decltype(::idn2_check_version)> idn2_check_version{"idn2_check_version"};
inline constinit from_idn2<decltype(::idn2_free)> idn2_free{"idn2_free"};
inline constinit from_idn2<decltype(::idn2_strerror)> idn2_strerror{"idn2_strerror"};
inline constinit from_idn2<decltype(::idn2_to_ascii_8z)> idn2_to_ascii_8z{"idn2_to_ascii_8z"};
// clang-format on

} // namespace sockscat
