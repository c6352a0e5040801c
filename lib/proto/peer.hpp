// SPDX-License-Identifier: MIT
/// What a peer is that does not speak the SOCKS asked for (protocol.md section 12).
#pragma once

#include "wire.hpp"

#include <sockscat/error.hpp>

#include <string>

namespace sockscat::proto {

/// Judges by the first bytes that came.
peer_kind classify(byte_view first_bytes);

/// A sentence about it, with the first line that came (at most 80 characters, escaped) or, if that
/// is no text, the first bytes in hexadecimal.
std::string describe(peer_kind kind, byte_view first_bytes);

/// The first line in quotes (at most 80 characters, escaped) or, if that is no text, the first 8
/// bytes in hexadecimal.
std::string sample(byte_view first_bytes);

} // namespace sockscat::proto
