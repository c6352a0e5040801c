// SPDX-License-Identifier: MIT
/// Turns a message into rows of bytes and their meaning, secrets masked.
#pragma once

#include "base/wire.hpp"

#include <sockscat/trace.hpp>

namespace sockscat::proto {

/// Any bytes are accepted; what does not fit the message is marked as malformed.
traced_message annotate(message_kind kind, direction way, base::byte_view bytes);

} // namespace sockscat::proto
