// SPDX-License-Identifier: MIT
/// The authentication schemes that an HTTP proxy offers (Proxy-Authenticate, RFC 9110 section 11).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sockscat::proto {

/// The schemes of all Proxy-Authenticate fields, each once, as they are written and in their order.
/// `header` begins with the status line; it may be cut off.
std::vector<std::string_view> offered_schemes(std::string_view header);

/// Schemes are compared without case.
bool has_scheme(const std::vector<std::string_view>& schemes, std::string_view wanted);

/// "Digest, NTLM": a text for messages, escaped and of moderate length.
std::string list_of(const std::vector<std::string_view>& schemes);

} // namespace sockscat::proto
