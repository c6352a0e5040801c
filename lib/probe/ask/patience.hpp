// SPDX-License-Identifier: MIT
/// How long is waited for an answer, and what is not worth waiting for again.
#pragma once

#include <chrono>

namespace sockscat::probing {

/// The time for what a proxy answers by itself, soon or never: 2 s, or the limit if that is less.
std::chrono::milliseconds short_limit(std::chrono::milliseconds limit);

} // namespace sockscat::probing
