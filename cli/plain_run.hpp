// SPDX-License-Identifier: MIT
/// Which runs need nothing but sockets: no TLS, no Kerberos, no name lookup, no JSON.
#pragma once

#include "arguments.hpp"

namespace sockscat::cli {

/// True if `connect` with these words can do without. Reads the words and the environment, and
/// nothing else: no password, no file.
bool is_plain(const arguments& given);

} // namespace sockscat::cli
