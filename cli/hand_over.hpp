// SPDX-License-Identifier: MIT
/// How the small executable leaves a run to the full one.
#pragma once

namespace sockscat::cli {

/// Replaces this process by sockscat-full, which lies beside this executable or where it was
/// installed to, with the same arguments. Returns only if there is none that can be run: the exit
/// status, after an error line.
int hand_over(char** argv);

} // namespace sockscat::cli
