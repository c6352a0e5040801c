// SPDX-License-Identifier: MIT
/// \file
/// Reading environment variables, and removing secrets from them. None of this is safe while
/// another thread reads or changes the environment.
#pragma once

#include <sockscat/credentials.hpp>
#include <sockscat/export.hpp>

#include <optional>
#include <string>

namespace sockscat {

/// The value of a variable; nothing if it is not set.
SOCKSCAT_EXPORT std::optional<std::string> environment_value(const char* name);

/// The value of a variable that contains a password. It is zeroed in the environment, and the
/// variable is removed.
SOCKSCAT_EXPORT std::optional<secret> take_environment_secret(const char* name);

/// The value of a variable that contains proxy URLs, separated by blanks. The passwords in it
/// (find_password()) are overwritten in the environment, so that neither this process nor a child
/// has them there. "" if it is not set.
SOCKSCAT_EXPORT std::string take_environment_urls(const char* name);

} // namespace sockscat
