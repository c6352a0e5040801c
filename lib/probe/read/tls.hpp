// SPDX-License-Identifier: MIT
/// What is known of TLS with a proxy.
#pragma once

#include "probe/answers/answers.hpp"

#include <optional>

namespace sockscat::probing {

/// Of the first handshake that came about: the connection's own, gost's, or the one that was tried.
std::optional<tls_summary> tls_of(const answers& all);

} // namespace sockscat::probing
