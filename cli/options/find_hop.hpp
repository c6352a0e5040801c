// SPDX-License-Identifier: MIT
/// Which hop of a chain an option is for.
#pragma once

#include <sockscat/proxy_spec.hpp>
#include <sockscat/result.hpp>

#include <functional>
#include <string>
#include <vector>

namespace sockscat::cli {

/// The only one that can take it, else a usage error. A single hop takes everything, or the caller
/// says why not.
result<proxy_spec*> find_hop(
    std::vector<proxy_spec>& chain,
    const std::string& option,
    const std::function<bool(const proxy_spec&)>& can_take);

} // namespace sockscat::cli
