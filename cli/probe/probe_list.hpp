// SPDX-License-Identifier: MIT
/// Lists of proxies: --from.
#pragma once

#include <sockscat/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

struct listed_url {
    std::string_view url;
    std::size_t line{0}; ///< of the list, from 1; 0: an operand
};

/// The proxy URLs of a list: one a line; empty lines and those that begin with # are nothing.
/// Borrowed from `text`.
std::vector<listed_url> urls_in(std::string_view text);

/// Reads a file, or stdin, to its end. Ends when `interrupt_fd` becomes readable, with
/// failure::usage and the code interrupted.
result<std::string> read_list(const std::string& path, int interrupt_fd);

} // namespace sockscat::cli
