// SPDX-License-Identifier: MIT
/// --auth and what belongs to its methods.
#pragma once

#include "arguments.hpp"

#include <sockscat/client.hpp>

namespace sockscat::cli {

/// The methods to offer, and GSSAPI's settings.
result<void> apply_auth_options(const arguments& given, handshake_options& handshake);

} // namespace sockscat::cli
