// SPDX-License-Identifier: MIT
#include "version.hpp"

#include <sockscat/libraries.hpp>
#include <sockscat/version.hpp>

#include <string>

namespace sockscat::cli {

std::string version_text() {
    return "sockscat " + std::string{library_version} + "\n";
}

std::string version_and_libraries() {
    std::string text = version_text();
    for (const library_state& each : libraries())
        text += (each.missing.empty() ? each.name + " " + each.version : each.missing) + "\n";
    return text;
}

} // namespace sockscat::cli
