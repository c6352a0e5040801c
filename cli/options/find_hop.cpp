// SPDX-License-Identifier: MIT
#include "find_hop.hpp"

namespace sockscat::cli {

result<proxy_spec*> find_hop(
    std::vector<proxy_spec>& chain,
    const std::string& option,
    const std::function<bool(const proxy_spec&)>& can_take) {
    if (chain.size() == 1)
        return &chain.front();
    proxy_spec* found = nullptr;
    for (proxy_spec& hop : chain) {
        if (!can_take(hop))
            continue;
        if (found != nullptr)
            return usage_error(
                option + " could apply to several proxies of the chain: put it in the proxy's URL");
        found = &hop;
    }
    if (found == nullptr)
        return usage_error(option + " applies to no proxy of the chain");
    return found;
}

} // namespace sockscat::cli
