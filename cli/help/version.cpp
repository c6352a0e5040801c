// SPDX-License-Identifier: MIT
#include "version.hpp"

namespace sockscat::cli {

std::string version_text() {
    return "sockscat " SOCKSCAT_VERSION "\n";
}

} // namespace sockscat::cli
