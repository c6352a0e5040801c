// SPDX-License-Identifier: MIT
/// HMAC-MD5 by OpenSSL, for CHAP.
#pragma once

#include "proto/auth/chap.hpp"

namespace sockscat::net {

/// RFC 2104; nothing where OpenSSL has no MD5.
std::optional<proto::chap::digest> hmac_md5(std::string_view key, base::byte_view text);

} // namespace sockscat::net
