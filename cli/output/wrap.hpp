// SPDX-License-Identifier: MIT
/// Text that fits a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sockscat::cli {

/// The columns of the terminal `fd`; 80 where it is none, or does not say.
std::size_t columns_of(int fd);

/// The columns that UTF-8 text takes, if all its characters are of the usual width.
std::size_t width_of(std::string_view text);

/// `text` in lines of at most `width` columns, broken at blanks; only a word that is longer than a
/// line is broken itself. The first line begins in column `at`, the others are indented by
/// `indent`. No LF at the end.
std::string wrapped(std::string_view text, std::size_t at, std::size_t indent, std::size_t width);

/// The same for a command of a shell, which stays one: each line but the last ends in a backslash,
/// and no word is broken.
std::string wrapped_command(
    std::string_view text, std::size_t at, std::size_t indent, std::size_t width);

} // namespace sockscat::cli
