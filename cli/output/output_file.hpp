// SPDX-License-Identifier: MIT
/// Files named on the command line that are written in addition to stdout.
#pragma once

#include <sockscat/result.hpp>

#include <string>
#include <string_view>

namespace sockscat::cli {

/// Opens `path` for writing, emptied; -1 if it is empty. A FIFO without a reader is waited for
/// until `interrupt_fd` becomes readable (failure::usage with the code interrupted). `option` is
/// the one that named the file.
result<int> open_output(std::string_view option, const std::string& path, int interrupt_fd);

/// Writes everything; false, with errno, if that fails or no one takes anything for two seconds.
bool write_all(int fd, std::string_view text);

} // namespace sockscat::cli
