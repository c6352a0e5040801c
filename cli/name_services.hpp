// SPDX-License-Identifier: MIT
/// Name services of the system, nsswitch.conf(5).
#pragma once

#include <string_view>

namespace sockscat::cli {

/// True if the line "hosts:" of such a file has nobody asked but the services "files" and "dns",
/// which libc has inside; others are modules that it loads. True without such a line, too.
bool needs_no_module(std::string_view nsswitch);

/// The same of this system's file.
bool names_need_no_module();

} // namespace sockscat::cli
