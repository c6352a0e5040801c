// SPDX-License-Identifier: MIT
/// The end of a header in HTTP/1.
#pragma once

#include <cstddef>
#include <string_view>

namespace sockscat::proto {

/// How many bytes are missing at least until an empty line ends the header: 0, 1 or 2 (RFC 9112
/// section 2.2: a lone LF ends a line as well). Whoever reads no more at a time reads nothing of
/// what comes after it.
std::size_t missing_of_header(std::string_view header);

} // namespace sockscat::proto
