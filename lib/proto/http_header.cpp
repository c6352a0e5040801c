// SPDX-License-Identifier: MIT
#include "http_header.hpp"

namespace sockscat::proto {

std::size_t missing_of_header(std::string_view header) {
    if (header.ends_with("\n\r\n") || header.ends_with("\n\n"))
        return 0;
    // After the end of a line a lone LF could follow; elsewhere two line ends are to come.
    return header.ends_with('\n') || header.ends_with("\n\r") ? 1 : 2;
}

} // namespace sockscat::proto
