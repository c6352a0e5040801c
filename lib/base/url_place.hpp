// SPDX-License-Identifier: MIT
/// Where a proxy is, as its URL says it.
#pragma once

#include "url_text.hpp"

#include <sockscat/proxy_spec.hpp>
#include <sockscat/result.hpp>

#include <string_view>

namespace sockscat::base {

/// Whether this is "HOST:PORT:USER:PASSWORD", as sellers of proxies write it.
bool is_login_last(std::string_view text);
inline constexpr const char* login_goes_first =
    "HOST:PORT:USER:PASSWORD is written USER:PASSWORD@HOST:PORT";

/// Fills host and port, or the path of the Unix socket. `says_unix`: the scheme has +unix.
result<void> apply_place(const url_parts& parts, bool says_unix, proxy_settings& hop);

} // namespace sockscat::base
