// SPDX-License-Identifier: MIT
/// What a peer is that does not speak the SOCKS asked for (README.md, wrong and hostile peers).
#pragma once

#include "base/wire.hpp"

#include <sockscat/error.hpp>

#include <cstdint>
#include <string>

namespace sockscat::proto {

/// What describe() says was wanted.
enum class wanted_peer : std::uint8_t { socks_proxy, http_proxy };

/// Judges by the first bytes that came.
peer_kind classify(base::byte_view first_bytes);

/// A sentence about it, with the first line that came (at most 80 characters, escaped) or, if that
/// is not text, the first bytes in hexadecimal. `wanted` is what it should have been.
std::string describe(
    peer_kind kind, base::byte_view first_bytes, wanted_peer wanted = wanted_peer::socks_proxy);

/// The same where no SOCKS proxy was expected.
std::string describe_plain(peer_kind kind, base::byte_view first_bytes);

/// True for bytes that begin like text; they are not empty.
bool is_text(base::byte_view first_bytes);

/// Their first line, quoted: at most 80 characters, escaped.
std::string first_line(base::byte_view text);

} // namespace sockscat::proto
