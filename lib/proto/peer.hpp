// SPDX-License-Identifier: MIT
/// What a peer is that does not speak the SOCKS asked for (README.md, wrong and hostile peers).
#pragma once

#include "base/wire.hpp"

#include <sockscat/error.hpp>

#include <string>
#include <string_view>

namespace sockscat::proto {

/// What describe() says was wanted.
inline constexpr std::string_view socks_proxy = "a SOCKS proxy";

/// Judges by the first bytes that came.
peer_kind classify(byte_view first_bytes);

/// A sentence about it, with the first line that came (at most 80 characters, escaped) or, if that
/// is no text, the first bytes in hexadecimal. `wanted` is what it should have been.
std::string describe(peer_kind kind, byte_view first_bytes, std::string_view wanted = socks_proxy);

/// The same where no SOCKS proxy was expected.
std::string describe_plain(peer_kind kind, byte_view first_bytes);

} // namespace sockscat::proto
