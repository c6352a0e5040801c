// SPDX-License-Identifier: MIT
/// The order of the questions.
#pragma once

#include "asker.hpp"

#include <asio/awaitable.hpp>

namespace sockscat::probing {

/// Asks all that is wanted and makes sense, one after the other.
asio::awaitable<void> ask_in_order(asker& proxy);

} // namespace sockscat::probing
