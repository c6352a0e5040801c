// SPDX-License-Identifier: MIT
/// Where a proxy is, as its URL says it.
#pragma once

#include "url_text.hpp"

#include <sockscat/proxy_spec.hpp>
#include <sockscat/result.hpp>

namespace sockscat::base {

/// Fills host and port, or the path of the Unix socket. `says_unix`: the scheme has +unix.
result<void> apply_place(const url_parts& parts, bool says_unix, proxy_settings& hop);

} // namespace sockscat::base
