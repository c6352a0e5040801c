// SPDX-License-Identifier: MIT
/// Where a password comes from: file, descriptor, environment (password_prompt.hpp: the person).
#pragma once

#include "output/console.hpp"
#include "password_line.hpp"

#include <sockscat/credentials.hpp>
#include <sockscat/result.hpp>

#include <string>
#include <string_view>

namespace sockscat::cli {

/// The first line of a file, without its LF or CRLF; at most 255 bytes. Warns when others can read
/// the file. `option`: what named it, for an error about a file that is not there: its name may be
/// the password itself, unless it is an absolute path.
result<secret> password_from_file(
    const std::string& path, std::string_view option, console& out, const reading_limits& limits);

/// The first line read from a descriptor, and not a byte more; the descriptor stays open.
result<secret> password_from_descriptor(int fd, const reading_limits& limits);

/// Whether `$SOCKSCAT_PASSWORD` is set, and has not been taken out.
bool has_environment_password();

/// Takes `$SOCKSCAT_PASSWORD` out of the environment, memory included. Nothing if it is not set.
result<std::optional<secret>> password_from_environment();

} // namespace sockscat::cli
