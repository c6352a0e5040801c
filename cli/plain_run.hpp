// SPDX-License-Identifier: MIT
/// Which runs need nothing but sockets and a static libc: no TLS, no Kerberos, no module of name
/// services.
#pragma once

#include "arguments.hpp"

namespace sockscat::cli {

/// True if `connect` with these words can do without. Reads the words, the environment, and perhaps
/// nsswitch.conf(5); no password, no other file.
bool is_plain(const arguments& given);

} // namespace sockscat::cli
