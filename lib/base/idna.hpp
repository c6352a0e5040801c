// SPDX-License-Identifier: MIT
/// Host names that are not ASCII (IDNA 2008).
#pragma once

#include <sockscat/result.hpp>

#include <string>
#include <string_view>

namespace sockscat::base {

bool is_ascii(std::string_view text);

/// A name in UTF-8 as DNS knows it: normalized, in lower case, each label that is not ASCII as
/// "xn--..."; without the transitional rules, so that "ß" stays itself. Without NUL. Errors:
/// failure::usage, about the name as it is `called`.
result<std::string> to_ascii(std::string_view name, std::string_view called);

} // namespace sockscat::base
