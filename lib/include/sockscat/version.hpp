// SPDX-License-Identifier: MIT
/// \file
/// The version of this library.
#pragma once

#include <sockscat/export.hpp>

#include <string_view>

namespace sockscat {

/// MAJOR.MINOR.PATCH. While MAJOR is 0, a new MINOR may change the API and the ABI. It is written
/// here and nowhere else; the build reads it from this line.
inline constexpr std::string_view library_version{"0.2.0"};

} // namespace sockscat
