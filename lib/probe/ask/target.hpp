// SPDX-License-Identifier: MIT
/// One target, in one version, as connect would ask for it at the URL.
#pragma once

#include "asker.hpp"

#include <asio/awaitable.hpp>

namespace sockscat::probing {

using version = exchange_plan::protocol;

/// It would be waited for once more what never came.
bool is_vain(const asker& proxy, const address& target);
/// A CONNECT, and how long the target may say something, or hang up.
exchange_plan plan_target(const asker& proxy, const address& to, version by);
/// Its addresses in turn if its name is looked up here; not if it is vain.
asio::awaitable<void> ask_about_target(asker& proxy, target_answer& at, version by);
/// It was granted before it was known that everything is: is it still there in a second?
asio::awaitable<void> ask_again_if_granted_early(asker& proxy, target_answer& at, version by);

} // namespace sockscat::probing
