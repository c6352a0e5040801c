// SPDX-License-Identifier: MIT
/// Environment variables.
#pragma once

#include <sockscat/credentials.hpp>
#include <sockscat/export.hpp>

#include <optional>
#include <string>

namespace sockscat {

/// The value of a variable; nothing if it is not set. Not while another thread changes the
/// environment.
SOCKSCAT_EXPORT std::optional<std::string> environment_value(const char* name);

/// The same of a password, which is wiped where it was, and the variable removed.
SOCKSCAT_EXPORT std::optional<secret> take_environment_secret(const char* name);

/// The same of a variable with proxy URLs, blanks between them: the passwords in it (see
/// find_password()) are overwritten where they were, so that neither this process nor a child has
/// them in its environment. "" if it is not set.
SOCKSCAT_EXPORT std::string take_environment_urls(const char* name);

} // namespace sockscat
