// SPDX-License-Identifier: MIT
/// The alerts of TLS by their numbers (RFC 8446 section 6, RFC 5246 section 7.2).
#pragma once

#include <string>

namespace sockscat::net {

/// "unknown ca" for 48, "number 200" for an unassigned one.
std::string alert_name(int number);

} // namespace sockscat::net
